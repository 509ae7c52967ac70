"""Every private name of MLflow that this project uses, and why.

MLflow keeps them within a minor release as a rule; the ceiling in pyproject.toml is `mlflow<4`.
Each is imported where it is called, because they cost seconds.
"""

from typing import Any


def latest_schema_revision() -> str:
    """The schema that the installed MLflow writes; `mlflow db` shows it nowhere."""
    from mlflow.store.db.utils import _get_latest_schema_revision

    return _get_latest_schema_revision()


def request_message(message: Any) -> Any:
    """What MLflow's server is asked in the current request, typed as its own handlers type it."""
    from mlflow.server.handlers import _get_request_message

    return _get_request_message(message)


def model_registry_store() -> Any:
    """The registry behind MLflow's server, which knows no client of its own."""
    from mlflow.server.handlers import _get_model_registry_store

    return _get_model_registry_store()
