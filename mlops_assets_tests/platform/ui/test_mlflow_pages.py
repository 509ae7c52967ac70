"""Pictures of runs and links to their pages, from a small application over a real MLflow store."""

from io import BytesIO

import pytest
from matplotlib.figure import Figure
from PIL import Image
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from mlops_assets.platform.mlflow.recording import REQUIRED_TAGS, Recording
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.mlflow.runs import DagsterRun
from mlops_assets.platform.served_addresses import ServedAddresses, remember
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.ui.mlflow_pages import MlflowPages

RUN = DagsterRun("dagster-run", "dagster-run", "churn_retrain", "churn", "Churn")
NOWHERE = "0" * 32


@pytest.fixture
def recorded(home) -> Recording:
    """A run with a figure, a page, and a file named like a picture that is none."""
    with MlflowResource().record("features", RUN, dict.fromkeys(REQUIRED_TAGS, "x")) as recording:
        recording.params({"p": 1})
        recording.metrics({"m": 1.0})
        recording.figure("roc_curve", Figure(figsize=(8, 3)))
        recording.page("drift", "<p>drift</p>")
        recording.file("script.png").write_text("<script>alert(1)</script>")
    return recording


@pytest.fixture
def pages(recorded) -> TestClient:
    return client()


def client(path: str = "") -> TestClient:
    """The pages in front of an application; asked for `path` as it is, if there is one."""
    route = Route("/{path:path}", lambda _: PlainTextResponse("Dagster"), methods=["GET", "POST"])
    pages = MlflowPages(Starlette(routes=[route]), Settings.from_environment())

    async def asked(scope, receive, send):
        await pages({**scope, "path": path or scope["path"]}, receive, send)

    return TestClient(asked, follow_redirects=False)


def address(recording: Recording, name: str) -> str:
    """The address in a Markdown link or image of the metadata."""
    return recording.metadata[name].value.rpartition("(")[2].rstrip(")")


def test_a_picture_in_the_panel_is_served_small(pages, recorded):
    answer = pages.get(address(recorded, "pictures"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert Image.open(BytesIO(answer.content)).width == 460
    files = {it.path for it in recorded.client.list_artifacts(recorded.run_id)}
    assert files == {"roc_curve.png", "drift.html", "script.png"}


@pytest.mark.parametrize(
    "path",
    [
        f"{NOWHERE}/roc_curve.png",
        "RUN/other.png",
        "RUN/drift.html",
        "RUN/script.png",
        "RUN/../roc_curve.png",
        "RUN/..\\roc_curve.png",
        "RUN//etc/hostname.png",
        "RUN/%2e%2e%2froc_curve.png",
        "RUN/roc_curve.png\x00.png",
        "RUN/folder/roc_curve.png",
        "RUN/",
        "RUN",
        "../RUN/roc_curve.png",
        "../../etc/hostname.png",
    ],
)
def test_nothing_else_is_served(recorded, path):
    asked = f"/pictures/{path.replace('RUN', recorded.run_id)}"
    answer = client(asked).get("/")
    assert (answer.status_code, answer.headers["content-type"][:10]) == (404, "text/plain")


def test_a_picture_of_a_run_that_is_not_ours_is_not_served(pages, recorded):
    experiment = recorded.client.get_run(recorded.run_id).info.experiment_id
    other = recorded.client.create_run(experiment).info.run_id
    recorded.client.log_artifact(other, str(picture(recorded)))
    assert pages.get(f"/pictures/{other}/roc_curve.png").status_code == 404


def picture(recorded: Recording):
    uri = recorded.client.get_run(recorded.run_id).info.artifact_uri or ""
    return f"{uri.removeprefix('file://')}/roc_curve.png"


def test_the_links_lead_to_mlflow_where_up_serves_it(home, recorded):
    remember(home, ServedAddresses(dagster_ui="", mlflow_ui="http://127.0.0.1:5099"))
    experiment = recorded.client.get_run(recorded.run_id).info.experiment_id
    run = f"/#/experiments/{experiment}/runs/{recorded.run_id}"
    for name, page in (("mlflow_run", run), ("full_report", f"{run}/artifacts/drift.html")):
        for host in ("localhost", "127.0.0.1", "[::1]"):
            asked = client().get(address(recorded, name), headers={"Host": f"{host}:3000"})
            assert asked.status_code == 302
            shown = f"http://{host}:5099{page}?workflowType=machine_learning"
            assert asked.headers["location"] == shown


def test_a_configured_address_is_in_the_links_and_where_older_ones_lead(recorded, monkeypatch):
    older = address(recorded, "mlflow_run")
    monkeypatch.setenv("MLFLOW_UI_URL", "https://mlflow.example/")
    asked = client().get(older)
    assert asked.headers["location"].startswith("https://mlflow.example/#/experiments/")
    with MlflowResource().record("features", RUN, dict.fromkeys(REQUIRED_TAGS, "x")) as recording:
        recording.params({"p": 1})
        recording.metrics({"m": 1.0})
        recording.document("d.json", {})
    assert address(recording, "mlflow_run").startswith("https://mlflow.example/#/experiments/")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "mlflow_run=RUN",
        "mlflow_run=RUN&experiment=..",
        "mlflow_run=RUN/..&experiment=1",
        "mlflow_run=RUN%0d%0aX: y&experiment=1",
        "mlflow_run=RUN&experiment=1&file=../x.html",
        "mlflow_run=RUN&experiment=1&file=x.js",
        "mlflow_run=RUN&experiment=%EF%BC%91",
    ],
)
def test_what_is_no_link_of_ours_is_left_to_dagster(pages, recorded, query):
    assert pages.get(f"/runs/x?{query.replace('RUN', recorded.run_id)}").text == "Dagster"
    assert pages.post(address(recorded, "mlflow_run")).text == "Dagster"


def test_mlflow_that_does_not_answer_is_said(recorded, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    answer = client().get(address(recorded, "pictures"))
    assert answer.status_code == 502
    assert "MLflow at http://127.0.0.1:9 does not answer" in answer.text
