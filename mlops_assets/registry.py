"""Work with models and their versions from Python.

Example:
    from mlops_assets.registry import ModelRegistry

    registry = ModelRegistry.from_environment()
    run_id = registry.log_model(model, "scoring", metrics={"accuracy": 0.85})
    version = registry.register_model(run_id, "scoring")
    registry.promote_model("scoring", version, force=True, reason="judged by hand: 0.85")
    model = registry.load_model("scoring")
"""

from mlops_assets.resources.async_registry import AsyncModelRegistry
from mlops_assets.resources.model_registry import ModelRegistry

__all__ = ["AsyncModelRegistry", "ModelRegistry"]
