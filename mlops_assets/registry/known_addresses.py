"""Remember for a second which model a version, stage or alias names."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from typing import TYPE_CHECKING, NamedTuple

from cachetools import TTLCache, cached

from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.registry.loaded_model import Named, named, uri_of
from mlops_assets.registry.own_changes import last_change
from mlops_assets.registry.reading import ModelReader

if TYPE_CHECKING:
    from mlops_assets.platform.settings import Settings
    from mlops_assets.registry.registered_model import RegisteredModel

ADDRESS_SECONDS = 1.0
"""How long an alias may name what it named before another process moved it."""
NAME_SECONDS = 60.0
"""How long a stage may have the alias that it had before another process renamed it."""
MOST = 10_000


class Asked(NamedTuple):
    """What to load: a version, stage or alias of a model, or an address."""

    model_name: str
    version: str | int | None
    stage: str | None
    alias: str | None


def _key(asked: Asked, settings: Settings, _: object) -> tuple:
    return (*asked, settings.mlflow_tracking_uri, settings.ledger_url, last_change())


# With a condition, what several threads ask for at once is looked up once.
@cached(TTLCache(MOST, ADDRESS_SECONDS), key=_key, condition=Condition())
def address(asked: Asked, settings: Settings, of: Callable[[str], RegisteredModel]) -> str:
    """The URI `models:/m-…` of the model, as it was at most a second ago; `of` opens a model.

    One query is enough while the alias of the stage is known. Raises `InputError` if there is no
    such version.
    """
    with explained(settings):
        known = _named(asked, settings, of)
        model = ModelReader(open_store(settings), known.version.name)
        found = model.at_alias(known.alias) if known.alias else model.find(known.version.version)
        return uri_of(found or named(of, *asked).version)


@cached(TTLCache(MOST, NAME_SECONDS), key=_key, condition=Condition())
def _named(asked: Asked, settings: Settings, of: Callable[[str], RegisteredModel]) -> Named:
    return named(of, *asked)
