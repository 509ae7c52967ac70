"""Keep loaded models in this process, up to a size."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import itemgetter
from threading import Condition
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache, cached

from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.registry.model_copies import ModelCopies, unpacked_bytes

if TYPE_CHECKING:
    from mlops_assets.platform.settings import Settings


def loaded_model(settings: Settings, model_id: str) -> Any:
    """The model with this id, which every caller of this process shares: do not change it.

    Raises `InputError` if it is damaged or was not saved safely.
    """
    return _models(settings.model_cache_mb << 20)(model_id, settings)[0]


@cache
def _models(limit: int) -> Callable[[str, Settings], tuple[Any, int]]:
    return kept(limit, _load)


def kept(limit: int, load: Callable) -> Callable:
    """`load`, which returns a model with its bytes, and keeps those used last, up to `limit` bytes.

    They are known by its first argument. One that several threads ask for at once is loaded once,
    one that is larger than the limit each time.
    """
    models = LRUCache(limit, getsizeof=itemgetter(1))
    return cached(models, key=lambda name, *_: name, condition=Condition())(load)


def _load(model_id: str, settings: Settings) -> tuple[Any, int]:
    from mlops_assets.kinds.loading import kind_of, load_by

    open_store(settings)  # MLflow's functions have one store per process
    uri = f"models:/{model_id}"
    kind, files = kind_of(uri), ModelCopies.of(settings).get(model_id)
    return load_by(kind, str(files), uri), unpacked_bytes(files)
