"""Every request of MLflow's API that writes is judged by the guard, or let through on purpose."""

import json

import pytest
from mlflow.server import app as pages
from mlflow.server.fastapi_app import app
from mlflow.server.graphql.graphql_schema_extensions import schema
from mlflow.server.handlers import HANDLERS, get_endpoints

from mlops_assets.platform.settings import PACKAGE_PARENT
from mlops_assets.platform.sqlite_url import sqlite_url
from mlops_assets.registry.guarded_writes import JUDGED, LET_THROUGH, USERS
from mlops_assets_tests.checkout import own_environment
from mlops_assets_tests.forked import run_code

WRITING = {"POST", "PUT", "PATCH", "DELETE"}
# Routes of FastAPI, which answers before the guarded application: each by its prefix.
BEFORE = {
    "/v1/traces": "traces of language models, in tables of their own",
    "/gateway/": "MLflow's gateway to language models",
    "/ajax-api/3.0/jobs/": "background jobs, which `up` turns off",
    "/ajax-api/3.0/mlflow/assistant/": "MLflow's assistant, which writes to no store",
    "/ajax-api/3.0/mlflow/mcp-servers": "a registry of tools, in tables of its own",
    "/api/3.0/mlflow/mcp-servers": "a registry of tools, in tables of its own",
    "/ajax-api/2.0/mlflow-artifacts/": "the proxy of artifacts, which `up` turns off",
    "/api/2.0/mlflow-artifacts/": "the proxy of artifacts, which `up` turns off",
}


def test_every_handler_that_writes_is_judged_or_let_through():
    rules = [rule for rule in pages.url_map.iter_rules() if WRITING & (rule.methods or set())]
    assert {
        handler.__name__ for _, handler, methods in get_endpoints() if WRITING & set(methods)
    } <= {rule.endpoint for rule in rules}
    assert {rule.endpoint for rule in rules} - {*JUDGED, *LET_THROUGH} == set()
    assert not JUDGED.keys() & LET_THROUGH.keys()
    assert {*JUDGED, *LET_THROUGH} <= pages.view_functions.keys()


def test_the_guard_parses_a_request_as_its_handler_does():
    parsed = {handler.__name__ for handler in HANDLERS.values()}
    assert JUDGED.keys() - parsed == {"serve_upload_artifact"}


def test_every_route_before_the_guard_is_let_through():
    writing = [
        path
        for path, methods in app.openapi()["paths"].items()
        if WRITING & {m.upper() for m in methods}
    ]
    assert "/v1/traces" in writing
    assert [path for path in writing if not path.startswith(tuple(BEFORE))] == []


def test_graphql_changes_nothing():
    mutations = schema.graphql_schema.mutation_type
    assert mutations is not None
    assert set(mutations.fields) == {"mlflowSearchRuns", "mlflowSearchDatasets", "testMutation"}


WITH_LOGIN = """
import json
from mlflow.server import app as pages
from mlops_assets.registry.guarded_writes import JUDGED, LET_THROUGH
from mlops_assets.registry.mlflow_auth import create_app

create_app()
asked = [it.__name__ for it in pages.before_request_funcs[None]]
writing = {"POST", "PUT", "PATCH", "DELETE"}
rules = {it.endpoint for it in pages.url_map.iter_rules() if writing & (it.methods or set())}
print(json.dumps([asked, sorted(rules - {*JUDGED, *LET_THROUGH})]))
"""


@pytest.mark.process
def test_behind_mlflows_login_only_users_and_their_rights_are_not_judged(tmp_path):
    given = {"MLFLOW_FLASK_SERVER_SECRET_KEY": "a key", "MLFLOW_AUTH_ADMIN_PASSWORD": "a" * 12}
    given |= {"MLFLOW_BACKEND_STORE_URI": sqlite_url(tmp_path / "mlflow.db")}
    environment = {**own_environment(), **given, "MLOPS_ASSETS_HOME": str(tmp_path)}
    done = run_code(WITH_LOGIN, [], folder=PACKAGE_PARENT, environment=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    asked, others = json.loads(done.stdout.splitlines()[-1])
    assert asked.index("_before_request") < asked.index("keep_what_serves")
    assert set(others) == USERS
