"""The registry: stages of versions in MLflow, changed through one function and kept in a ledger."""

from mlops_assets.core.registry.registered_model import RegisteredModel
from mlops_assets.core.registry.stages import (
    ARCHIVED,
    NONE,
    PRODUCTION,
    REJECTED,
    STAGING,
    StageNames,
)

__all__ = [
    "ARCHIVED",
    "NONE",
    "PRODUCTION",
    "REJECTED",
    "STAGING",
    "RegisteredModel",
    "StageNames",
]
