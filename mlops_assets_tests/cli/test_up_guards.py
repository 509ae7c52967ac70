"""What the pages of `mlops-assets up` refuse: all of it from one that is running, with a login."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest
import requests
from matplotlib.figure import Figure
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from mlops_assets.platform.mlflow.recording import REQUIRED_TAGS
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.mlflow.runs import DagsterRun
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.mlflow.version_tags import stored_key
from mlops_assets.platform.ui.users import entry
from mlops_assets.registry.ledger import Ledger, open_ledger
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.registry.version_tags import OWN_TAGS
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.running_up import Up, command_lines, up
from mlops_assets_tests.server import wait_until
from mlops_assets_tests.versions import DAY, GATES, promoted, registered

pytestmark = pytest.mark.process

LOGIN = ("anna", "correct horse")
UNPLANNED = "no change in the ledger sets it.*mlops-assets promote small"
IN_PRODUCTION = "small version 2 is in production"


@dataclass(frozen=True)
class Served:
    """A checkout with a model whose second version serves, its `up`, and MLflow's client of it."""

    checkout: Checkout
    pages: Up
    registry: RegisteredModel

    @property
    def ledger(self) -> Ledger:
        """The ledger of the home."""
        return open_ledger(self.checkout.settings.ledger_url)

    def mlflow(self, method: str, path: str, **given) -> requests.Response:
        """An answer of MLflow's REST API."""
        url = f"{self.pages.mlflow}{path}"
        return requests.request(method, url, auth=LOGIN, timeout=30, **given)

    def dagster(self, method: str, path: str, **given) -> requests.Response:
        """An answer of Dagster's web server."""
        url = f"{self.pages.dagster}{path}"
        return requests.request(method, url, auth=LOGIN, timeout=30, **given)


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    checkout = make_checkout(tmp_path_factory.mktemp("served"))
    registry = RegisteredModel(
        open_store(checkout.settings), "small", open_ledger(checkout.settings.ledger_url)
    )
    promoted(registry, "a", "b")
    users = f"{entry('ben', 'another horse')} {entry(*LOGIN)}"
    with up(checkout, UI_USERS=users) as pages:
        yield Served(checkout, pages, registry)


@pytest.fixture
def server(served, monkeypatch) -> MlflowClient:
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", LOGIN[0])
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", LOGIN[1])
    return MlflowClient(served.pages.mlflow, served.pages.mlflow)


def test_nobody_sees_the_pages_without_a_login(served):
    wrong = ("anna", "wrong horse"), ("nobody", LOGIN[1]), None
    dagster, mlflow = served.pages.dagster, served.pages.mlflow
    for url in (f"{dagster}/server_info", f"{dagster}/overview", f"{mlflow}/api/2.0/mlflow"):
        for given in wrong:
            refused = requests.get(url, auth=given, timeout=30)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Basic")
    assert served.dagster("GET", "/server_info").ok
    assert served.mlflow("GET", "/version").ok
    assert requests.get(f"{served.pages.mlflow}/health", timeout=30).ok


def test_dagster_answers_only_its_own_pages(served):
    query, mutation = "{ version }", "mutation { setNuxSeen }"
    assert served.dagster("POST", "/graphql", json={"query": query}).json()["data"]["version"]
    own = {"Origin": served.pages.dagster}
    assert served.dagster("POST", "/graphql", json={"query": query}, headers=own).ok
    assert served.dagster("GET", "/graphql", params={"query": query}).ok
    foreign = {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}
    for headers in foreign:
        for ask in (
            partial(served.dagster, "GET", "/graphql", params={"query": query}),
            partial(served.dagster, "POST", "/graphql", json={"query": query}),
            partial(served.dagster, "GET", "/"),
            partial(served.dagster, "GET", "/overview"),
        ):
            assert ask(headers=headers).status_code == 403
    changing = f"query one {{ version }} {mutation.replace('mutation', 'mutation two')}"
    for text in (mutation, changing):
        assert served.dagster("GET", "/graphql", params={"query": text}).status_code == 405
    for kind in (
        "",
        "text/plain",
        "text/plain; application/json",
        "multipart/form-data; boundary=x",
    ):
        headers = {"Content-Type": kind} if kind else {}
        ask = partial(served.dagster, "POST", params={"query": mutation}, headers=headers)
        assert ask("/graphql").status_code == 415
        assert ask("/report_asset_materialization/x").status_code == 415


def test_pictures_and_links_of_runs_have_the_same_guards(served):
    run = "0" * 32
    paths = f"/pictures/{run}/roc_curve.png", f"/runs/x?mlflow_run={run}&experiment=1"
    for path in paths:
        assert requests.get(f"{served.pages.dagster}{path}", timeout=30).status_code == 401
        foreign = served.dagster("GET", path, headers={"Host": "evil.example"})
        assert foreign.status_code == 403
    answer = served.dagster("GET", paths[0])
    assert (answer.status_code, answer.text) == (404, f"MLflow has no run {run}\n")
    answer = served.dagster("GET", paths[1], allow_redirects=False)
    page = f"/#/experiments/1/runs/{run}?workflowType=machine_learning"
    assert answer.headers["location"] == f"{served.pages.mlflow}{page}"


def test_all_models_are_on_one_page(served):
    page = served.dagster("GET", "/overview")
    assert page.ok
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert '<a href="/overview/small">small</a>' in page.text
    assert "version 2" in page.text
    life = served.dagster("GET", "/overview/small")
    assert life.text.count("<td>promote ") == 2
    assert served.dagster("GET", "/overview/other").status_code == 404


def test_a_websocket_of_another_site_is_refused(served):
    url = served.pages.dagster.replace("http://", f"ws://{LOGIN[0]}:correct%20horse@") + "/graphql"
    with connect(url, subprotocols=["graphql-ws"], origin=served.pages.dagster) as own:
        assert own.subprotocol == "graphql-ws"
    for given, address in (
        ("http://evil.example", url),
        (served.pages.dagster, url.replace("correct", "wrong")),
    ):
        with pytest.raises(InvalidStatus):
            connect(address, subprotocols=["graphql-ws"], origin=given)


def test_what_serves_is_not_removed_or_changed(served, server):
    serving = server.get_model_version("small", "2")
    run, model = serving.run_id, serving.source.rpartition("/")[2]
    experiment = server.get_run(run).info.experiment_id
    changes = [
        lambda: server.delete_model_version("small", "2"),
        lambda: server.delete_registered_model("small"),
        lambda: server.delete_run(run),
        lambda: server.set_tag(run, "mine", "x"),
        lambda: server.log_metric(run, "roc_auc", 1.0),
        lambda: server.log_param(run, "x", 1),
        lambda: server.update_run(run, status="FAILED"),
        lambda: server.delete_experiment(experiment),
        lambda: server.rename_experiment(experiment, "other"),
        lambda: server.delete_logged_model(model),
        lambda: server.set_logged_model_tags(model, {"mine": "x"}),
        lambda: server.finalize_logged_model(model, "FAILED"),
        lambda: server.log_model_params(model, {"x": "1"}),
    ]
    for change in changes:
        with pytest.raises(MlflowException, match=IN_PRODUCTION):
            change()
    raw = [
        (
            "DELETE",
            "/ajax-api/2.0/mlflow/model-versions/delete",
            {"name": "small", "version": "02"},
        ),
        (
            "DELETE",
            "/ajax-api/2.0/mlflow/model-versions/delete",
            {"name": "small", "version": " 2"},
        ),
        (
            "POST",
            "/api/2.0/mlflow/model-versions/transition-stage",
            {
                "name": "small",
                "version": "2",
                "stage": "Archived",
                "archive_existing_versions": False,
            },
        ),
        ("POST", "/api/2.0/mlflow/runs/set-tag", {"runUuid": run, "key": "mine", "value": "x"}),
    ]
    for method, path, body in raw:
        refused = served.mlflow(method, path, json=body)
        assert refused.status_code == 409
        assert IN_PRODUCTION in refused.json()["message"]
        assert "promote another version first" in refused.json()["message"]
    for odd in ("+2", "0_2", "２"):  # each a number to MLflow
        body = {"name": "small", "version": odd}
        refused = served.mlflow("DELETE", "/ajax-api/2.0/mlflow/model-versions/delete", json=body)
        assert refused.status_code == 409
        assert "the number of a version" in refused.json()["message"]
    uploaded = served.mlflow(
        "POST",
        "/ajax-api/2.0/mlflow/upload-artifact",
        params={"run_uuid": run, "path": "x.txt"},
        data=b"x",
    )
    assert uploaded.status_code == 409
    another = server.create_run(experiment).info.run_id
    metric = {"key": "roc_auc", "value": 1.0, "timestamp": 1, "step": 0, "model_id": model}
    batch = {"run_id": another, "metrics": [metric]}
    assert served.mlflow("POST", "/api/2.0/mlflow/runs/log-batch", json=batch).status_code == 409


def test_what_the_ledger_decides_by_is_not_set_by_hand(served, server):
    names = '{"production": "staging", "staging": "x"}'
    changes = [
        lambda: server.set_registered_model_tag("small", "stage_names", names),
        lambda: server.delete_registered_model_tag("small", "stage_names"),
        lambda: server.set_registered_model_alias("small", "production", "2"),
        lambda: server.delete_registered_model_alias("small", "production"),
        *(partial(server.set_model_version_tag, "small", "1", key, "x") for key in OWN_TAGS),
        lambda: server.delete_model_version_tag("small", "2", stored_key("verdict")),
    ]
    for change in changes:
        with pytest.raises(MlflowException, match=UNPLANNED):
            change()
    with pytest.raises(MlflowException, match="registered_name"):
        server.rename_registered_model("small", "tiny")


def test_the_proxy_of_artifacts_is_off(served):
    for path in ("/api/2.0", "/ajax-api/2.0"):
        url = f"{path}/mlflow-artifacts/artifacts/x.txt"
        assert served.mlflow("PUT", url, data=b"x").status_code == 503
        assert served.mlflow("DELETE", url).status_code == 503
    assert not list(served.checkout.folder.glob("mlartifacts"))


def test_what_serves_nothing_can_be_changed_and_deleted(served, server):
    server.set_registered_model_alias("small", "mine", "2")
    server.delete_registered_model_alias("small", "mine")
    server.set_model_version_tag("small", "2", "mine", "x")
    server.set_registered_model_tag("small", "mine", "x")
    server.update_model_version("small", "2", description="a card")
    old = server.get_model_version("small", "1")
    server.set_tag(old.run_id, "mine", "x")
    server.delete_run(old.run_id)
    server.delete_model_version("small", "1")
    other = server.create_experiment("other")
    server.delete_experiment(other)
    missing = {"name": "other", "version": "1"}
    deleted = served.mlflow("DELETE", "/api/2.0/mlflow/model-versions/delete", json=missing)
    assert deleted.status_code == 404


def test_changes_of_the_ledger_go_through(served, server):
    through = RegisteredModel(server, "small", served.ledger)
    third = registered(through, "c")
    through.promote(third, why="better", gates=GATES, since=DAY)
    tags = {key for it in through.versions() for key in it.tags if key != "mine"}
    through.rollback(to="2", reason="worse")
    assert tags <= OWN_TAGS
    served.registry.archive("2", reason="nobody asks it any more", force=True)
    body = {"name": "small"}
    assert served.mlflow("DELETE", "/api/2.0/mlflow/registered-models/delete", json=body).ok


def test_no_secret_is_on_a_command_line_and_mlflow_elsewhere_is_not_started_again(
    served, tmp_path, monkeypatch
):
    """The `up` of a second home, whose MLflow is the server of the first."""
    uri = served.pages.mlflow.replace("http://", "http://anna:correct%20horse@")
    with up(make_checkout(tmp_path), mlflow=False, MLFLOW_TRACKING_URI=uri) as pages:
        assert requests.get(f"{pages.dagster}/server_info", timeout=30).ok
        monkeypatch.setenv("MLOPS_ASSETS_HOME", str(tmp_path / ".mlops_assets"))
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        picture = recorded_picture()
        assert picture.startswith("/pictures/")
        answer = requests.get(f"{pages.dagster}{picture}", timeout=60)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        lines = command_lines()
        assert str(tmp_path) in lines
        assert not [
            it for it in command_lines(of="mlflow_server").splitlines() if pages.mlflow in it
        ]
        for secret in ("correct%20horse", served.checkout.settings.mlflow_tracking_uri):
            assert secret not in lines
    assert pages.process.returncode == 0
    wait_until(lambda: not command_lines(of=str(tmp_path)), seconds=60)


def recorded_picture() -> str:
    """The address of a picture that a materialization of this process recorded."""
    run = DagsterRun("run", "run", "churn_retrain", "churn", "Churn")
    with MlflowResource().record("features", run, dict.fromkeys(REQUIRED_TAGS, "x")) as recording:
        recording.params({"p": 1})
        recording.metrics({"m": 1.0})
        recording.figure("roc_curve", Figure())
    return recording.metadata["pictures"].value.removeprefix("![](").rstrip(")")
