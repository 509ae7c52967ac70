"""The kind `fellegi_sunter`: which records are the same person, learned without labels."""

from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.kinds.fellegi_sunter.spec import FellegiSunterSpec

__all__ = ["FellegiSunterSpec", "Params"]
