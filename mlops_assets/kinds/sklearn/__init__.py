"""The kind `sklearn`: any scikit-learn classifier or regressor, with built-in preprocessing."""

from mlops_assets.kinds.sklearn.params import Search
from mlops_assets.kinds.sklearn.spec import SklearnSpec

__all__ = ["Search", "SklearnSpec"]
