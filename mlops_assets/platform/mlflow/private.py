"""Every private name of MLflow that this project uses, and why.

MLflow usually keeps them within a minor release; the upper bound in pyproject.toml is `mlflow<4`.
Each is imported where it is called, because importing them takes seconds.
"""

from collections.abc import Collection
from functools import cache
from typing import Any


def latest_schema_revision() -> str:
    """The schema revision of the installed MLflow, which `mlflow db` does not show."""
    from mlflow.store.db.utils import _get_latest_schema_revision

    return _get_latest_schema_revision()


def upgrade_schema(database: str) -> None:
    """Migrate to the installed release, like `mlflow db upgrade` with the URL as an argument."""
    from mlflow.store.db.utils import _upgrade_db, create_sqlalchemy_engine

    _upgrade_db(create_sqlalchemy_engine(database))


def fail_at_once() -> None:
    """Give up on a database after half a second: by default MLflow tries for 102 s, silently.

    A file that is no database stays none, and whether a server accepts connections is looked at
    before (`store.py`).
    """
    from mlflow.store.db import utils

    utils.MAX_RETRY_COUNT = 3


def forget_artifact_places() -> None:
    """Forget where the artifacts of runs are: a copied home has the same ids for other places."""
    from mlflow.tracking._tracking_service.utils import _artifact_repos_cache

    _artifact_repos_cache.clear()


def close_connections() -> None:
    """Close the idle connections to databases of runs and of the registry; they open again."""
    from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore as Registry
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore as Tracking

    for engine in [*Tracking._engine_map.values(), *Registry._engine_map.values()]:
        engine.dispose()


@cache
def client_class() -> type:
    """`MlflowClient` that does not read all versions of a model where nobody asks for them.

    The original does before each write, to refuse prompts, which have the same names: here a
    version is looked at, which is read before it is changed. And it does with every model that is
    read, to list the newest version of each deprecated stage: here, from a database, it lists none.
    """
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST
    from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore

    class Client(MlflowClient):
        def _raise_if_prompt(self, name: str) -> None:
            pass

        def get_registered_model(self, name: str) -> Any:
            store = self._get_registry_client().store
            if not isinstance(store, SqlAlchemyStore):
                return super().get_registered_model(name)
            with store.ManagedSessionMaker() as session:
                found = store._get_registered_model(session, name, eager=True).to_mlflow_entity([])
            if found._is_prompt():
                raise MlflowException(f"{name} is a prompt, no model", RESOURCE_DOES_NOT_EXIST)
            return found

        def get_model_version(self, name: str, version: str) -> Any:
            found = super().get_model_version(name, version)
            if found._is_prompt():
                raise MlflowException(f"{name} is a prompt, no model", RESOURCE_DOES_NOT_EXIST)
            return found

    return Client


def request_message(message: Any) -> Any:
    """The message of the current request to MLflow's server, parsed as its own handlers do."""
    from mlflow.server.handlers import _get_request_message

    return _get_request_message(message)


def model_registry_store() -> Any:
    """The registry store of MLflow's server, which has no client of its own."""
    from mlflow.server.handlers import _get_model_registry_store

    return _get_model_registry_store()


def tracking_store() -> Any:
    """The tracking store of MLflow's server, which has no client of its own."""
    from mlflow.server.handlers import _get_tracking_store

    return _get_tracking_store()


def with_login(database: str) -> Any:
    """MLflow's server with its own users, who are in `database`, or where its file says if ""."""
    from mlflow.server import auth

    if database:
        auth.auth_config = auth.auth_config._replace(database_uri=database)
    return auth.create_app()


def remove_for_good(database: str, run_ids: Collection[str]) -> None:
    """Remove deleted runs and their logged models with all files, like `mlflow gc`, but no others.

    The command itself would also remove every experiment that somebody has deleted. Models go
    first: they are only found by their run, also after this was stopped.
    """
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    store = SqlAlchemyStore(database, ".")
    deleted = store._get_deleted_logged_models()
    models = [it for it in deleted if _source_run(store, it) in run_ids]
    _collect_garbage(store, [], models)
    _collect_garbage(store, sorted(run_ids), [])


def _source_run(store: Any, model_id: str) -> str | None:
    return store.get_logged_model(model_id, allow_deleted=True).source_run_id


def _collect_garbage(store: Any, run_ids: list[str], model_ids: list[str]) -> None:
    from contextlib import redirect_stdout
    from io import StringIO

    from mlflow.cli import _gc_tracking_resources

    with redirect_stdout(StringIO()):  # a line for each
        _gc_tracking_resources(
            backend_store=store,
            run_ids=run_ids,
            experiment_ids=None,
            logged_model_ids=model_ids,
            older_than=None,
            time_delta=0,
            skip_experiments=True,
            skip_logged_models=not model_ids,
        )
