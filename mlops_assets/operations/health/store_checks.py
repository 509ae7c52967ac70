"""The checks of `mlops-assets doctor`, one per store."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import PackageNotFoundError, requires, version
from uuid import uuid4

from mlops_assets.operations.health.check import INIT, Seen
from mlops_assets.operations.health.code_server import code_server
from mlops_assets.operations.health.dagster import PROBE, daemon, dagster
from mlops_assets.operations.health.mlflow import mlflow
from mlops_assets.operations.health.models import models
from mlops_assets.operations.health.other_homes import BRING_TOGETHER, other_homes
from mlops_assets.operations.health.sizes import sizes
from mlops_assets.operations.health.stages import stages
from mlops_assets.platform.addresses import without_secrets
from mlops_assets.platform.file_systems import is_made, is_object_store, open_files
from mlops_assets.platform.home_folder import foreign_folder, refuse_foreign_home
from mlops_assets.platform.mlflow.artifact_root import artifact_root
from mlops_assets.platform.packages import PROJECT, versions
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.sqlite_url import sqlite_file
from mlops_assets.platform.warehouse.reading import reading, shown
from mlops_assets.registry.ledger import Entry, unfinished_in
from mlops_assets.registry.ledger_store import PATIENCE, TABLE

LITTLE, TOO_LITTLE = 5e9, 2e8
"""Free bytes below which a disk gets a warning, and below which runs will fail."""


def checks(settings: Settings) -> list[tuple[str, Callable[[], Seen]]]:
    """Every check with its name. Imports come first, so that latencies are those of the stores."""
    import mlflow as _  # noqa: F401
    import sqlalchemy as _s  # noqa: F401

    if settings.dagster_storage_url:
        with suppress(ImportError):  # reported by a check
            import dagster_postgres as _d  # noqa: F401

    found: dict[str, Callable[[], Seen]] = {
        "packages": packages,
        "disk": partial(disk, settings),
        "home": partial(home, settings),
    }
    if foreign_folder(settings.home):
        return list(found.items())  # the others would look into another home
    found |= {
        "dagster": partial(dagster, settings),
        "daemon": partial(daemon, settings),
        **({"code": partial(code_server, settings)} if settings.shared_database else {}),
        "mlflow": partial(mlflow, settings),
        "artifacts": partial(artifacts, settings),
        "lake": partial(lake, settings),
        "warehouse": partial(warehouse, settings),
        "ledger": partial(ledger, settings),
        "stages": partial(stages, settings),
        "models": partial(models, settings),
        "sizes": partial(sizes, settings),
    }
    return list(found.items())


def packages() -> Seen:
    """Check that the installed packages satisfy the project's requirements."""
    from packaging.requirements import Requirement

    try:
        needed = [Requirement(text) for text in requires(PROJECT) or ()]
    except PackageNotFoundError:
        return Seen("the project is not installed", "warning", "run `make`, which installs it")
    wrong = [
        f"{need.name} {have} ({need.specifier} is needed)"
        for need in needed
        if not need.marker and not need.specifier.contains(have := _installed(need.name), True)
    ]
    if wrong:
        return Seen(", ".join(wrong), "unhealthy", "run `make`, which installs requirements.lock")
    return Seen(", ".join(f"{name} {have}" for name, have in versions().items()))


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "0"


def disk(settings: Settings) -> Seen:
    """Check the free disk space at the home."""
    if not settings.home.is_dir():
        return Seen(f"no folder {settings.home}", "unhealthy", INIT)
    free = shutil.disk_usage(settings.home).free
    status = "unhealthy" if free < TOO_LITTLE else "warning" if free < LITTLE else "healthy"
    todo = (
        "" if status == "healthy" else "free some space, or move MLOPS_ASSETS_HOME to another disk"
    )
    return Seen(f"{free / 1e9:.1f} GB free at {settings.home}", status, todo)


def home(settings: Settings) -> Seen:
    """Check that the home is in the folder that its databases name."""
    refuse_foreign_home(settings)
    return Seen(f"its files are its own, at {settings.home}")


def artifacts(settings: Settings) -> Seen:
    """Check MLflow's artifacts: none is in a home it should not be in, and one can be written."""
    url = settings.mlflow_artifact_url if settings.mlflow_is_server else artifact_root(settings)
    files, root = open_files(url, VARIABLES["mlflow_artifact_root"])
    if settings.mlflow_is_server and not is_object_store(files):
        return Seen("kept by the MLflow server")
    if not is_object_store(files) and not files.exists(root):
        return Seen(f"no folder {root}", "unhealthy", INIT)
    if not settings.mlflow_is_server and (others := other_homes(settings)):
        which = "the" if settings.home in others else "another"
        seen = f"artifacts are in {which} home: {', '.join(map(str, others))}"
        return Seen(seen, "unhealthy", BRING_TOGETHER)
    return _probe(url)


def lake(settings: Settings) -> Seen:
    """Check the lake: write, read and remove a file."""
    files, root = open_files(settings.lake_url)
    if not is_made(files, root):
        return Seen(f"nothing at {without_secrets(settings.lake_url)}", "unhealthy", INIT)
    return _probe(settings.lake_url)


def _probe(address: str) -> Seen:
    files, root = open_files(address)
    path, content = f"{root}/.{PROBE}-{uuid4().hex}", uuid4().bytes
    files.pipe_file(path, content)
    try:
        same = files.cat_file(path) == content
    finally:
        files.rm_file(path)
    where = without_secrets(address)
    if same:
        return Seen(f"written to and read from {where}")
    return Seen(f"{where} returns other bytes than were written", "unhealthy", "check the disk")


def warehouse(settings: Settings) -> Seen:
    """Check that the warehouse answers; sources only read it."""
    file = sqlite_file(settings.warehouse_url)
    if file and not file.exists():
        return Seen(f"no file {file} yet; only sources of type sql need one")
    with reading(settings.warehouse_url) as connection:
        connection.exec_driver_sql("SELECT 1")
    return Seen(f"answers at {shown(settings.warehouse_url)}")


def ledger(settings: Settings) -> Seen:
    """Check that the ledger answers, has its table, and has no unfinished change."""
    from sqlalchemy import func, inspect, select, table

    with reading(settings.ledger_url, VARIABLES["ledger_url"]) as connection:
        if not inspect(connection).has_table(TABLE):
            return Seen(f"no ledger at {shown(settings.ledger_url)}", "unhealthy", INIT)
        entries = connection.scalar(select(func.count()).select_from(table(TABLE)))
        open_ = unfinished_in(connection)
    return _unfinished(f"{entries} entries at {shown(settings.ledger_url)}", open_)


def _unfinished(seen: str, intents: list[Entry]) -> Seen:
    """Unhealthy only if a change is too old to be still in progress."""
    if not intents:
        return Seen(seen)
    models = ", ".join(sorted(intent.model for intent in intents))
    text = f"{seen}; {len(intents)} unfinished: {models}"
    oldest = min(intent.at for intent in intents)
    if datetime.now(UTC) - oldest <= timedelta(seconds=PATIENCE):
        return Seen(text)
    return Seen(
        text, "unhealthy", "`mlops-assets versions MODEL` finishes it, and so does the next run"
    )
