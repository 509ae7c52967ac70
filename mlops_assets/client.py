"""Work with models and their versions from Python.

Example:
    from mlops_assets.client import ModelRegistry

    registry = ModelRegistry.from_environment()
    run_id = registry.log_model(model, "scoring", metrics={"accuracy": 0.85})
    version = registry.register_model(run_id, "scoring")
    registry.promote_model("scoring", version, force=True, reason="reviewed by hand: 0.85")
    model = registry.load_model("scoring")

In asynchronous code, `model_registry` is ready to await:

    from mlops_assets.client import model_registry

    model = await model_registry.load_model(model_name="scoring", stage="Production")
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import cached_property, partial, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Entry
from mlops_assets.registry.registry_writer import Observer, RegistryWriter, SpecOf
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

__all__ = ["AsyncModelRegistry", "ModelRegistry", "model_registry"]


def spec_in_defs(model_name: str) -> LifecycleSpec | None:
    """The current spec of a registered model in defs.yaml; None if no defs.yaml has it."""
    from mlops_assets.definitions import declared
    from mlops_assets.loading import specs

    by_registered_name = {spec.registered_name: spec for spec in specs(declared()).values()}
    return by_registered_name.get(model_name)


def _observe(settings: Settings, change: Entry) -> None:
    from mlops_assets.lifecycle.observation import observe_outside  # imports Dagster

    observe_outside(settings, change)


class ModelRegistry(RegistryWriter):
    """The model registry and its ledger, as configured in the settings; opened on first use.

    `of(model_name)` returns one model with its versions and history. Versions may be given as
    int or str. Every change of a stage first completes changes that were interrupted.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        actor: str = "",
        spec_of: SpecOf = spec_in_defs,
        observer: Observer | None = None,
    ) -> None:
        super().__init__(settings, actor=actor, spec_of=spec_of, observer=observer)

    @classmethod
    def from_environment(cls, *, actor: str = "") -> "ModelRegistry":
        """Open the registry configured in the environment.

        The ledger records changes under `actor` (default: the user). Dagster shows them at once,
        as observations of the model's assets.
        """
        settings = Settings.from_environment()
        return cls(settings, actor=actor, observer=partial(_observe, settings))

    def health_check(self) -> dict[str, Any]:
        """Check MLflow and the ledger: `status` (healthy or unhealthy), findings and latencies."""
        from mlops_assets.operations.health.registry import registry_health

        return registry_health(self.settings)


P = ParamSpec("P")
T = TypeVar("T")


def _in_thread(
    method: Callable[Concatenate[ModelRegistry, P], T],
) -> Callable[Concatenate["AsyncModelRegistry", P], Coroutine[Any, Any, T]]:
    @wraps(method)
    async def call(self: "AsyncModelRegistry", *args: P.args, **options: P.kwargs) -> T:
        return await asyncio.to_thread(method, self.registry, *args, **options)

    return call


class AsyncModelRegistry:
    """An asynchronous `ModelRegistry` with the same methods, arguments and errors.

    Without a `registry`, it opens the one configured in the environment when it is first used.
    """

    def __init__(self, registry: ModelRegistry | None = None) -> None:
        self._given = registry

    @cached_property
    def registry(self) -> ModelRegistry:
        """The registry that does the work, in threads."""
        return self._given or ModelRegistry.from_environment()

    @classmethod
    def from_environment(cls, *, actor: str = "") -> "AsyncModelRegistry":
        """Open the registry configured in the environment; connections open on first use."""
        return cls(ModelRegistry.from_environment(actor=actor))

    log_model = _in_thread(ModelRegistry.log_model)
    register_model = _in_thread(ModelRegistry.register_model)
    promote_model = _in_thread(ModelRegistry.promote_model)
    reject_model = _in_thread(ModelRegistry.reject_model)
    record_review = _in_thread(ModelRegistry.record_review)
    reevaluated = _in_thread(ModelRegistry.reevaluated)
    archive_model = _in_thread(ModelRegistry.archive_model)
    rollback_model = _in_thread(ModelRegistry.rollback_model)
    delete_version = _in_thread(ModelRegistry.delete_version)
    load_model = _in_thread(ModelRegistry.load_model)
    load_policy = _in_thread(ModelRegistry.load_policy)
    policy_versions = _in_thread(ModelRegistry.policy_versions)
    compare_models = _in_thread(ModelRegistry.compare_models)
    compare_versions = _in_thread(ModelRegistry.compare_versions)
    compare_runs = _in_thread(ModelRegistry.compare_runs)
    reproduce_model = _in_thread(ModelRegistry.reproduce_model)
    list_models = _in_thread(ModelRegistry.list_models)
    list_versions = _in_thread(ModelRegistry.list_versions)
    history = _in_thread(ModelRegistry.history)
    health_check = _in_thread(ModelRegistry.health_check)


model_registry = AsyncModelRegistry()
"""The registry configured in the environment, which is read when this is first used."""
