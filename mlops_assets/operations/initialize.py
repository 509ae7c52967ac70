"""Create every store, its schema and the experiments; safe to repeat."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mlops_assets.operations.health.mlflow import schema_versions
from mlops_assets.platform.addresses import without_secrets
from mlops_assets.platform.dagster.home import open_instance, use_dagster_home
from mlops_assets.platform.dagster.storage import has_tables, postgres_url
from mlops_assets.platform.file_systems import is_made, is_object_store, open_files
from mlops_assets.platform.locks import lock
from mlops_assets.platform.mlflow.artifact_root import artifact_root
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import open_store, require_answer
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.sqlite_url import sqlite_file
from mlops_assets.platform.warehouse.reading import reading, shown
from mlops_assets.registry.ledger_store import TABLE, LedgerStore

CREATED, THERE = "created", "was there"


@dataclass(frozen=True)
class Step:
    """The outcome for a store or experiment: `created`, `was there`, or a word for a problem."""

    what: str
    outcome: str
    seen: str


def initialize(settings: Settings, experiments: Iterable[str]) -> list[Step]:
    """Create what is missing. Raises `InputError` like `artifact_root`, or if a store is away.

    One process at a time: a concurrent process waits and then finds everything in place.
    """
    if not settings.mlflow_is_server:
        artifact_root(settings)  # refused before anything is made
    with lock(settings, "init"):
        return list(_steps(settings, sorted(set(experiments))))


def _steps(settings: Settings, experiments: Iterable[str]) -> Iterator[Step]:
    yield _dagster(settings)
    yield from _mlflow(settings, experiments)
    yield _lake(settings)
    with reading(settings.warehouse_url):
        yield Step("warehouse", "reachable", shown(settings.warehouse_url))
    yield _ledger(settings)


def _dagster(settings: Settings) -> Step:
    folder = use_dagster_home(settings)
    url = postgres_url(folder)
    was_there = has_tables(url) if url else (folder / "history").exists()
    with open_instance(settings) as instance:
        runs = instance.get_runs_count()
    where = shown(url) if url else folder
    return Step("dagster", THERE if was_there else CREATED, f"{where}, {runs} runs")


def _mlflow(settings: Settings, experiments: Iterable[str]) -> Iterator[Step]:
    uri, was_there = settings.mlflow_tracking_uri, _mlflow_was_there(settings)
    client = open_store(settings)
    _make_place_of_artifacts(settings)
    existing = {e.name for e in _all_experiments(client)}
    where = without_secrets(uri) if settings.mlflow_is_server else shown(uri)
    yield Step("mlflow", THERE if was_there else CREATED, where)
    for name in experiments:
        found = client.get_experiment_by_name(name)
        deleted = found is not None and found.lifecycle_stage == "deleted"
        number = found.experiment_id if found and deleted else experiment_id(client, name, settings)
        outcome = "deleted" if deleted else THERE if name in existing else CREATED
        hint = ": restore it with `mlflow experiments restore`" if deleted else ""
        yield Step("experiment", outcome, f"{name} (id {number}){hint}")


def _make_place_of_artifacts(settings: Settings) -> None:
    """A folder or bucket; a folder of a server is on the server's machine."""
    files, root = open_files(settings.mlflow_artifact_url, VARIABLES["mlflow_artifact_root"])
    if not settings.mlflow_is_server or is_object_store(files):
        files.makedirs(root, exist_ok=True)


def _mlflow_was_there(settings: Settings) -> bool:
    uri = settings.mlflow_tracking_uri
    if settings.mlflow_is_embedded:
        file = sqlite_file(uri)
        return file is not None and file.exists()
    require_answer(uri)
    return settings.mlflow_is_server or schema_versions(uri)[0] is not None


def _all_experiments(client) -> Iterator:
    token = None
    while True:
        page = client.search_experiments(max_results=1000, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _lake(settings: Settings) -> Step:
    files, root = open_files(settings.lake_url)
    was_there = is_made(files, root)
    files.makedirs(root, exist_ok=True)
    outcome = THERE if was_there else CREATED
    return Step("lake", outcome, without_secrets(settings.lake_url))


def _ledger(settings: Settings) -> Step:
    from sqlalchemy import inspect

    with reading(settings.ledger_url, VARIABLES["ledger_url"]) as connection:
        was_there = inspect(connection).has_table(TABLE)
    with LedgerStore(settings.ledger_url).reading():
        return Step("ledger", THERE if was_there else CREATED, shown(settings.ledger_url))
