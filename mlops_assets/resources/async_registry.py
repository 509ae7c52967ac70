"""The registry for programs that must not wait: every method of `ModelRegistry` in a thread."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from mlops_assets.resources.model_registry import ModelRegistry

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
    """`ModelRegistry` with the same methods, arguments and errors, to be awaited."""

    def __init__(self, registry: ModelRegistry) -> None:
        self.registry = registry

    @classmethod
    def from_environment(cls, *, actor: str = "") -> "AsyncModelRegistry":
        """The registry that the environment names; nothing is opened before the first call."""
        return cls(ModelRegistry.from_environment(actor=actor))

    log_model = _in_thread(ModelRegistry.log_model)
    register_model = _in_thread(ModelRegistry.register_model)
    promote_model = _in_thread(ModelRegistry.promote_model)
    reject_model = _in_thread(ModelRegistry.reject_model)
    archive_model = _in_thread(ModelRegistry.archive_model)
    rollback_model = _in_thread(ModelRegistry.rollback_model)
    delete_version = _in_thread(ModelRegistry.delete_version)
    load_model = _in_thread(ModelRegistry.load_model)
    compare_models = _in_thread(ModelRegistry.compare_models)
    compare_versions = _in_thread(ModelRegistry.compare_versions)
    compare_runs = _in_thread(ModelRegistry.compare_runs)
    reproduce_model = _in_thread(ModelRegistry.reproduce_model)
    list_models = _in_thread(ModelRegistry.list_models)
    list_versions = _in_thread(ModelRegistry.list_versions)
    history = _in_thread(ModelRegistry.history)
    health_check = _in_thread(ModelRegistry.health_check)
