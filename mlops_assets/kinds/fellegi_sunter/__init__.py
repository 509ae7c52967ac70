"""The kind `fellegi_sunter`: unsupervised linkage of records of the same person."""

from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.kinds.fellegi_sunter.spec import FellegiSunterSpec

__all__ = ["FellegiSunterSpec", "Params"]
