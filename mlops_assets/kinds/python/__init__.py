"""Models of a package of yours: any object that implements the contract."""

from mlops_assets.kinds.python.contract import Trainable
from mlops_assets.kinds.python.spec import PythonSpec

__all__ = ["PythonSpec", "Trainable"]
