"""MLflow's server as `mlops-assets up` starts it: what serves is deleted by nobody.

`mlflow server --app-name mlops-assets` finds this by the entry point in pyproject.toml. The command
line and Python refuse by themselves; this is for MLflow's pages and its REST interface.
"""

from typing import Any

from flask import Response, request
from mlflow.entities.model_registry import RegisteredModel
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_CONFLICT
from mlflow.protos.model_registry_pb2 import DeleteModelVersion, DeleteRegisteredModel
from mlflow.server import app as pages
from mlflow.server.fastapi_app import app
from mlflow.server.handlers import (
    _get_model_registry_store,
    _get_request_message,
    catch_mlflow_exception,
)

from mlops_assets.core.errors import InputError
from mlops_assets.core.registry.reading import stage_names

__all__ = ["app"]

DELETIONS = {
    "/mlflow/model-versions/delete": DeleteModelVersion,
    "/mlflow/registered-models/delete": DeleteRegisteredModel,
}


@pages.before_request
@catch_mlflow_exception
def keep_what_serves() -> Response | None:
    """An error for a request to delete what serves; None lets MLflow answer."""
    message = next((DELETIONS[it] for it in DELETIONS if request.path.endswith(it)), None)
    if message is None:
        return None
    asked = _get_request_message(message())
    model: Any = _get_model_registry_store().get_registered_model(asked.name)
    try:
        require_not_serving(model, getattr(asked, "version", ""))
    except InputError as error:
        raise MlflowException(str(error), error_code=RESOURCE_CONFLICT) from None


def require_not_serving(model: RegisteredModel, version: str = "") -> None:
    """Raise `InputError` where that version serves, or, without one, where any does."""
    serving = model.aliases.get(stage_names(model).production)
    if serving is None or version not in ("", str(serving)):
        return
    force = f'`mlops-assets archive {model.name} {serving} --force --reason "…"`'
    raise InputError(
        seen=f"{model.name} version {serving} serves",
        expected="what does not serve, to be deleted",
        todo=f"promote another version first, or let none serve: {force}",
    )
