"""Keep loaded models in this process, and for a second which model an alias names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache, TTLCache

from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.registry.model_copies import ModelCopies, unpacked_bytes

if TYPE_CHECKING:
    from mlops_assets.platform.settings import Settings

ADDRESS_SECONDS = 1.0
"""How long an alias may name what it named before another process moved it."""
_ADDRESSES: TTLCache[tuple, str] = TTLCache(10_000, ADDRESS_SECONDS)
_ADDRESSES_LOCK = Lock()


def address_for_a_second(key: tuple, find: Callable[[], str]) -> str:
    """The address that `find` returns, or returned for the same key within the last second."""
    with _ADDRESSES_LOCK:
        known = _ADDRESSES.get(key)
    if known is None:
        known = find()
        with _ADDRESSES_LOCK:
            _ADDRESSES[key] = known
    return known


def forget_addresses() -> None:
    """Look every alias up again: this process has just changed one."""
    with _ADDRESSES_LOCK:
        _ADDRESSES.clear()


def loaded_model(settings: Settings, model_id: str) -> Any:
    """The model with this id, which every caller of this process shares: do not change it.

    Raises `InputError` if it is damaged or was not saved safely.
    """
    from mlops_assets.kinds.loading import kind_of, load_by

    def load() -> tuple[Any, int]:
        open_store(settings)  # MLflow's functions have one store per process
        uri = f"models:/{model_id}"
        kind, files = kind_of(uri), ModelCopies.of(settings).get(model_id)
        return load_by(kind, str(files), uri), unpacked_bytes(files)

    return _models(settings.model_cache_mb << 20).get(model_id, load)


@cache
def _models(limit: int) -> LoadedModels:
    return LoadedModels(limit)


class LoadedModels:
    """The models used last, by id, up to `limit` bytes of their unpacked files.

    One that several threads ask for at once is loaded once. A larger one is loaded each time.
    """

    def __init__(self, limit: int) -> None:
        self._models: LRUCache[str, tuple[Any, int]] = LRUCache(limit, lambda it: it[1])
        self._lock, self._loading = Lock(), defaultdict[str, Lock](Lock)

    def get(self, model_id: str, load: Callable[[], tuple[Any, int]]) -> Any:
        """The model, by `load`, which returns it with its bytes, if it is not here."""
        with self._lock:
            if found := self._models.get(model_id):
                return found[0]
            loading = self._loading[model_id]
        with loading:
            with self._lock:
                found = self._models.get(model_id)
            return found[0] if found else self._kept(model_id, load())

    def _kept(self, model_id: str, loaded: tuple[Any, int]) -> Any:
        with self._lock:
            if loaded[1] <= self._models.maxsize:
                self._models[model_id] = loaded
            self._loading.pop(model_id, None)
        return loaded[0]
