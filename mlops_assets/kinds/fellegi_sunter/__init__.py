"""The kind `fellegi_sunter`: which records are the same person, learned without labels."""

from mlops_assets.kinds.fellegi_sunter.spec import FellegiSunterSpec, Params

__all__ = ["FellegiSunterSpec", "Params"]
