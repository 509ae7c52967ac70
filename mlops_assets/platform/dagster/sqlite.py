"""Dagster on SQLite: an engine for each database, and migrations that are read once."""

from threading import Lock
from types import SimpleNamespace
from typing import Any

from cachetools import LRUCache, cached
from sqlalchemy import create_engine

from mlops_assets.platform.dagster.private import migrating_module, sqlite_modules

ENGINES = 20


def keep_engines() -> None:
    """Let Dagster use an engine of SQLite again, where it makes one for each connection.

    It makes hundreds in a run, and each compiles every statement. Connections are closed after
    each use as before. To compare a database with the release it also reads every migration, which
    are constants of what is installed.
    """
    for module in sqlite_modules():
        if module.create_engine is create_engine:
            module.create_engine = _engine
    module = migrating_module()
    if isinstance(module.ScriptDirectory, type):
        read = cached({}, key=lambda config: config.get_main_option("script_location"), lock=Lock())
        module.ScriptDirectory = SimpleNamespace(
            from_config=read(module.ScriptDirectory.from_config)
        )


@cached(LRUCache(ENGINES), key=lambda url, **_: url, lock=Lock())
def _engine(url: str, **options: Any) -> Any:
    return create_engine(url, **options)
