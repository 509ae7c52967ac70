"""`mlops-assets up`: its pages, what MLflow refuses, one Ctrl-C for everything, a taken port."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.registry.ledger import open_ledger
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.server import free_port, wait_until
from mlops_assets_tests.versions import DAY, GATES, promoted, registered

pytestmark = pytest.mark.process

PAST = "no change in the ledger sets it.*mlops-assets promote small"


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


@contextmanager
def up(checkout: Checkout) -> Iterator[tuple[subprocess.Popen, str]]:
    """A running `up` whose pages answer, and the address of MLflow."""
    dagster_port, mlflow_port = free_port(), free_port()
    ports = {"DAGSTER_PORT": str(dagster_port), "MLFLOW_PORT": str(mlflow_port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "mlops_assets.cli", "up"],
        cwd=checkout.folder,
        env={**checkout.environment, **ports},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{dagster_port}/server_info"), 90)
        wait_until(lambda: answers(f"http://127.0.0.1:{mlflow_port}/health"), 60)
        yield process, f"http://127.0.0.1:{mlflow_port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(45)


def test_both_pages_are_served_until_one_ctrl_c(tmp_path):
    checkout = make_checkout(tmp_path, models=("heart_disease",))
    with up(checkout) as (process, _):
        pass
    assert process.returncode == 0
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(checkout.folder) not in left.stdout


def test_what_serves_is_not_deleted_through_mlflow(tmp_path):
    checkout = make_checkout(tmp_path)
    client = open_store(checkout.settings)
    ledger = open_ledger(checkout.settings.ledger_url)
    registry = RegisteredModel(client, "small", ledger)
    old, serving = promoted(registry, "a", "b")
    with up(checkout) as (_, url):

        def delete(what: str, **body: str) -> requests.Response:
            return requests.delete(
                f"{url}/ajax-api/2.0/mlflow/{what}/delete", json=body, timeout=30
            )

        for refused in (
            delete("model-versions", name="small", version=serving),
            delete("model-versions", name="small", version=f"0{serving}"),
            delete("model-versions", name="small", version=f" {serving}"),
            delete("registered-models", name="small"),
        ):
            assert refused.status_code == 409
            assert f"small version {serving} is in production" in refused.json()["message"]
            assert "promote another version first" in refused.json()["message"]
        for odd in (f"+{serving}", f"0_{serving}", "１"):  # each a number to MLflow
            refused = delete("model-versions", name="small", version=odd)
            assert refused.status_code == 409
            assert "the number of a version" in refused.json()["message"]
        server = MlflowClient(url, url)
        with pytest.raises(MlflowException, match="is in production"):
            server.delete_model_version("small", serving)
        assert delete("model-versions", name="small", version=old).ok
        assert delete("model-versions", name="other", version="1").status_code == 404
        assert [it.version for it in server.search_model_versions("name = 'small'")] == [serving]
        for change, said in (
            (lambda: server.set_registered_model_alias("small", "production", serving), PAST),
            (lambda: server.delete_registered_model_alias("small", "production"), PAST),
            (lambda: server.rename_registered_model("small", "tiny"), "registered_name"),
        ):
            with pytest.raises(MlflowException, match=said):
                change()
        server.set_registered_model_alias("small", "mine", serving)
        server.delete_registered_model_alias("small", "mine")
        through = RegisteredModel(server, "small", ledger)
        third = registered(through, "c")
        through.promote(third, why="better", gates=GATES, since=DAY)
        through.rollback(to=serving, reason="worse")
        registry.archive(serving, reason="nobody asks it any more", force=True)
        assert delete("registered-models", name="small").ok


@pytest.mark.parametrize("variable", ["DAGSTER_PORT", "MLFLOW_PORT"])
def test_a_taken_port_is_named_with_the_variable_that_moves_it(tmp_path, variable):
    checkout = make_checkout(tmp_path)
    ports = {"DAGSTER_PORT": str(free_port()), "MLFLOW_PORT": str(free_port())}
    with socket.create_server(("127.0.0.1", int(ports[variable]))):
        done = checkout.run("up", **ports)
    assert done.returncode == 2
    assert f"port {ports[variable]} of 127.0.0.1 is taken" in done.stderr
    assert f"{variable}=" in done.stderr
