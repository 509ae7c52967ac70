"""Guard MLflow's server: protect the production version and what the ledger records.

`mlflow server --app-name mlops-assets` finds this by the entry point in pyproject.toml. The command
line and the Python API have their own checks; this is for MLflow's UI and its REST API.
"""

from typing import Any

from flask import Response, request
from mlflow.entities.model_registry import RegisteredModel
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_CONFLICT
from mlflow.protos.model_registry_pb2 import (
    DeleteModelVersion,
    DeleteRegisteredModel,
    DeleteRegisteredModelAlias,
    RenameRegisteredModel,
    SetRegisteredModelAlias,
)
from mlflow.server import app as pages
from mlflow.server.fastapi_app import app
from mlflow.server.handlers import catch_mlflow_exception

from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.private import model_registry_store, request_message
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Ledger, open_ledger
from mlops_assets.registry.reading import stage_names
from mlops_assets.registry.version_number import version_number
from mlops_assets.registry.writes import WRITES, Write, alias

__all__ = ["app"]

GUARDED = {
    ("/mlflow/model-versions/delete", "DELETE"): DeleteModelVersion,
    ("/mlflow/registered-models/delete", "DELETE"): DeleteRegisteredModel,
    ("/mlflow/registered-models/alias", "POST"): SetRegisteredModelAlias,
    ("/mlflow/registered-models/alias", "DELETE"): DeleteRegisteredModelAlias,
    ("/mlflow/registered-models/rename", "POST"): RenameRegisteredModel,
}


@pages.before_request
@catch_mlflow_exception
def keep_what_serves() -> Response | None:
    """Reject a request that removes the production version or bypasses the ledger."""
    kinds = (GUARDED[it] for it in GUARDED if _is_asked(*it))
    if (message := next(kinds, None)) is None:
        return None  # MLflow answers
    asked = request_message(message())
    model: Any = model_registry_store().get_registered_model(asked.name)
    try:
        if message is RenameRegisteredModel:
            require_unknown(model, _ledger())
        elif message in (SetRegisteredModelAlias, DeleteRegisteredModelAlias):
            require_intended(model, asked.alias, getattr(asked, "version", None), _ledger())
        else:
            require_not_serving(model, getattr(asked, "version", ""))
    except InputError as error:
        raise MlflowException(str(error), error_code=RESOURCE_CONFLICT) from None


def _is_asked(path: str, method: str) -> bool:
    return request.method == method and request.path.endswith(path)


def _ledger() -> Ledger:
    return open_ledger(Settings.from_environment().ledger_url)


def require_intended(
    model: RegisteredModel, name: str, version: str | None, ledger: Ledger
) -> None:
    """Raise `InputError` if the alias is a stage, unless an open change in the ledger sets it.

    Such a change was started by `mlops-assets` itself, through this server.
    """
    if name not in dict(stage_names(model)).values():
        return
    intents = ledger.unfinished(model.name)
    planned = [it for intent in intents for it in (*_of(intent.writes), *_of(intent.undo))]
    if alias(name, version and version_number(version)) in planned:
        return
    raise InputError(
        seen=f"the alias {name} of {model.name} is a stage, and no change in the ledger sets it",
        expected="a change of the stage by its gates or with a reason",
        todo=f"`mlops-assets promote {model.name} VERSION`, `rollback` or `archive`",
    )


def _of(writes: str) -> tuple[Write, ...]:
    return WRITES.validate_json(writes)


def require_unknown(model: RegisteredModel, ledger: Ledger) -> None:
    """Raise `InputError` if the ledger has entries for the model, which then cannot be renamed."""
    if ledger.history(model.name, limit=1):
        raise InputError(
            seen=f"the ledger has the history of {model.name} under this name",
            expected="a model that keeps its name",
            todo="set the new name as `registered_name` in defs.yaml and retrain",
        )


def require_not_serving(model: RegisteredModel, version: str = "") -> None:
    """Raise `InputError` if that version (default: any version) is in production."""
    serving = model.aliases.get(stage_names(model).production)
    if serving is None or (version and version_number(version) != version_number(serving)):
        return
    force = f'`mlops-assets archive {model.name} {serving} --force --reason "…"`'
    raise InputError(
        seen=f"{model.name} version {serving} is in production",
        expected="a version or model that is not in production, to be deleted",
        todo=f"promote another version first, or take this one out of production: {force}",
    )
