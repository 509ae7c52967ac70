"""What is said of an MLflow server or database that is away."""

import base64
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mlops_assets.errors import InputError
from mlops_assets.operations.health.check import check_all
from mlops_assets.operations.health.store_checks import checks
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.mlflow.runs import DagsterRun
from mlops_assets.platform.mlflow.store import open_store, refused, unreachable
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.server import free_port


class Broken(BaseHTTPRequestHandler):
    """Answers everything with status 500, and keeps who asked."""

    def do_GET(self):
        """Answer one request."""
        self._fail()

    def do_POST(self):
        """Answer one request."""
        self._fail()

    def _fail(self) -> None:
        self.server.asked.append(self.headers["Authorization"])
        self.send_response(500)
        self.end_headers()
        self.wfile.write(b"out of order")

    def log_message(self, *args):
        """Keep the tests' output clean."""


@pytest.fixture
def broken(home, monkeypatch) -> Iterator[ThreadingHTTPServer]:
    """A server that is in no order, as MLFLOW_TRACKING_URI names it: with a password."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Broken) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name in ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"):
            monkeypatch.setenv(name, "")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        uri = f"http://anna:S3CRET%21@127.0.0.1:{server.server_port}"
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        yield server
        server.shutdown()


def test_doctor_shows_no_password_of_a_server_that_answers_with_errors(broken):
    mlflow = dict(checks(Settings.from_environment()))["mlflow"]
    (checked,) = check_all([("mlflow", mlflow)])
    assert checked.status == "unhealthy"
    assert f"MLflow at http://127.0.0.1:{broken.server_port} answered with" in checked.seen
    assert "server's log" in checked.todo
    assert "S3CRET" not in str(checked)
    assert set(broken.asked) == {"Basic " + base64.b64encode(b"anna:S3CRET!").decode()}


@pytest.mark.process
def test_a_command_ends_with_a_message_that_shows_no_password(broken):
    code = [sys.executable, "-m", "mlops_assets.cli", "versions", "churn"]
    done = subprocess.run(code, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: MLflow at http://127.0.0.1:")
    assert "S3CRET" not in done.stdout + done.stderr


def test_a_step_fails_without_the_password_in_its_traceback(broken):
    run = DagsterRun("run", "run", "small_retrain", "small", "small")
    with (
        pytest.raises(InputError, match="answered with an error") as failed,
        MlflowResource().record("features", run, {}),
    ):
        pytest.fail("no run was opened")
    assert "S3CRET" not in "".join(traceback.format_exception(failed.value))


def test_links_to_a_server_have_no_password(broken):
    assert Settings.from_environment().mlflow_ui == f"http://127.0.0.1:{broken.server_port}"


def test_a_token_in_the_address_is_not_shown_either():
    uri = "https://TOKEN@mlflow.example:5000/"
    said = str(refused(uri, OSError("GET https://TOKEN@mlflow.example:5000/api failed")))
    assert "TOKEN" not in said
    assert "GET https://mlflow.example:5000/api failed" in said


@pytest.mark.parametrize(
    "uri",
    [
        "https://SECRET@mlflow.example:5000",
        "https://anna:SECRET@mlflow.example:5000",
        "https://mlflow.example:5000?password=SECRET",
    ],
)
def test_its_address_is_shown_without_secrets(uri):
    said = str(unreachable(uri, OSError("timed out")))
    assert "https://mlflow.example:5000" in said
    assert "SECRET" not in said


@pytest.mark.parametrize("scheme", ["http", "postgresql"])
def test_it_is_named_at_once_with_the_variable(scheme):
    uri = f"{scheme}://anna:SECRET@127.0.0.1:{free_port()}/mlflow"
    settings = Settings.from_environment({"MLFLOW_TRACKING_URI": uri})
    with pytest.raises(InputError, match=r"does not answer.*MLFLOW_TRACKING_URI") as told:
        open_store(settings)
    assert "SECRET" not in str(told.value)


@pytest.mark.process
def test_mlflow_sends_nothing_home_whatever_imports_it_first():
    code = (
        "from mlops_assets.platform.mlflow.store import explained\n"
        "from mlops_assets.platform.settings import Settings\n"
        "with explained(Settings.from_environment()):\n"
        "    from mlflow.telemetry import get_telemetry_client\n"
        "    assert get_telemetry_client() is None\n"
    )
    # MLflow is silent where a CI or a test runs it, and those say so in the environment.
    quiet = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    done = subprocess.run([sys.executable, "-c", code], env=quiet, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
