"""Guard MLflow's server: nothing that serves is removed or changed through MLflow's REST API.

`mlflow server --app-name mlops-assets` finds this by the entry point in pyproject.toml. The command
line and the Python API have their own checks; this is for MLflow's UI and its REST API.
"""

import json
from typing import Any

from flask import Response, request
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_CONFLICT
from mlflow.server import app as pages
from mlflow.server.fastapi_app import app
from mlflow.server.handlers import HANDLERS, catch_mlflow_exception

from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.private import (
    model_registry_store,
    request_message,
    tracking_store,
)
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.ui.login import Login
from mlops_assets.platform.ui.mlflow_start import with_choices
from mlops_assets.platform.ui.users import checked
from mlops_assets.registry.guard_rules import Asked
from mlops_assets.registry.guarded_writes import JUDGED, LET_THROUGH
from mlops_assets.registry.guarded_writes import USERS as USERS_OF_MLFLOW
from mlops_assets.registry.ledger import open_ledger
from mlops_assets.registry.policies.store import PolicyStore
from mlops_assets.registry.shown_tags import is_for_a_page, shown
from mlops_assets.registry.what_serves import WhatServes

__all__ = ["app"]

READING, OK = ("GET", "HEAD", "OPTIONS"), 200
MESSAGES = {handler.__name__: message for message, handler in HANDLERS.items()}

if USERS := checked(Settings.from_environment().ui_users.get_secret_value()):
    app.add_middleware(Login, users=USERS)


@pages.before_request
@catch_mlflow_exception
def keep_what_serves() -> Response | None:
    """Reject a request that removes or changes what serves, or bypasses the ledger."""
    name = request.endpoint
    if request.method in READING or name is None or name in LET_THROUGH or name in USERS_OF_MLFLOW:
        return None  # MLflow answers
    try:
        if name not in JUDGED:
            raise _unknown(name)
        JUDGED[name](_asked(name))
    except InputError as error:
        raise MlflowException(str(error), error_code=RESOURCE_CONFLICT) from None


@pages.after_request
def start_with_models(response: Response) -> Response:
    """Let a new browser start on MLflow's pages for models, not for language models."""
    if request.endpoint == "serve" and response.status_code == 200:
        response.direct_passthrough = False
        response.set_data(with_choices(response.get_data(as_text=True)))
        for header in ("ETag", "Last-Modified"):  # those of the page without them
            response.headers.pop(header, None)
    return response


@pages.after_request
def leave_out_what_only_code_reads(response: Response) -> Response:
    """Answer MLflow's pages without the tags of versions that are not for people."""
    if is_for_a_page(request.path) and response.is_json and response.status_code == OK:
        response.set_data(json.dumps(shown(response.get_json())))
    return response


def _asked(name: str) -> Asked:
    settings = Settings.from_environment()
    return Asked(
        _fields(name),
        WhatServes(model_registry_store(), tracking_store()),
        open_ledger(settings.ledger_url),
        PolicyStore(settings.warehouse_url),
    )


def _fields(name: str) -> dict[str, Any]:
    """What MLflow's handler reads: of the body, parsed as it does, or else of the query."""
    if name not in MESSAGES:
        return {**request.args, **(request.view_args or {})}
    message = request_message(MESSAGES[name]())
    found = {field.name: value for field, value in message.ListFields()}
    return {**found, **(request.view_args or {})}


def _unknown(name: str) -> InputError:
    return InputError(
        seen=f"a request of MLflow's API that this release does not know ({name.strip('_')})",
        expected="one that is known to leave alone what serves",
        todo="use the Python API of MLflow with the store itself, or a release of MLflow that "
        "mlops_assets was tested with",
    )
