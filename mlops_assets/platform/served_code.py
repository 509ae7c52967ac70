"""What the code server runs: noted in the shared database, where other machines compare theirs.

A run executes the code of the machine it is on. With other code, other models or another release of
a package, it is not the run that Dagster's page shows.
"""

from __future__ import annotations

import json
import socket
from datetime import datetime
from typing import NamedTuple

from mlops_assets.errors import InputError, logger
from mlops_assets.platform.locks import advisory_number
from mlops_assets.platform.package_code import code_files, files_digest, model_files
from mlops_assets.platform.packages import all_versions
from mlops_assets.platform.postgres import connected
from mlops_assets.platform.settings import Settings

TABLE = "mlops_assets_code_server"
CODE, MODELS = "the code", "the models under defs"
CREATE = f"""CREATE TABLE IF NOT EXISTS {TABLE} (host text PRIMARY KEY, at timestamptz NOT NULL,
versions jsonb NOT NULL)"""
WRITE = f"""INSERT INTO {TABLE} VALUES (%s, now(), %s) ON CONFLICT (host)
DO UPDATE SET at = EXCLUDED.at, versions = EXCLUDED.versions"""  # noqa: S608 - a constant
READ = f"SELECT host, at, versions FROM {TABLE} ORDER BY at DESC LIMIT 1"  # noqa: S608


class Served(NamedTuple):
    """The machine of the code server, when it loaded its code, and the version of each part."""

    host: str
    at: datetime
    versions: dict[str, str]


def note(settings: Settings) -> None:
    """Note that this process serves the models. A database that is away is only logged."""
    if not settings.shared_database:
        return
    try:
        with connected(settings.shared_database) as connection:
            number = advisory_number(TABLE)  # two at once would fail, IF NOT EXISTS or not
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [number])
            connection.execute(CREATE)
            connection.execute(WRITE, [socket.gethostname(), json.dumps(versions_here())])
    except InputError as error:
        logger(__name__).warning("`doctor` cannot compare other machines with this: %s", error)


def served(settings: Settings) -> Served | None:
    """What the code server that started last runs; None if none has, with this database."""
    with connected(settings.shared_database) as connection:
        if connection.execute("SELECT to_regclass(%s)", [TABLE]).fetchone() == (None,):
            return None
        found = connection.execute(READ).fetchone()
    return Served(*found) if found else None


def versions_here() -> dict[str, str]:
    """Python, each package that the project names, its code and its models, on this machine."""
    code, models = (files_digest(it)[:12] for it in (code_files(), model_files()))
    return {CODE: code, MODELS: models, **all_versions()}
