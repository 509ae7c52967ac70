"""`mlops-assets up`: both pages answer, one Ctrl-C stops everything, a taken port is named."""

import signal
import socket
import subprocess
import sys

import pytest
import requests

from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.server import free_port, wait_until


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def test_both_pages_are_served_until_one_ctrl_c(tmp_path):
    checkout = make_checkout(tmp_path, models=("heart_disease",))
    dagster_port, mlflow_port = free_port(), free_port()
    ports = {"DAGSTER_PORT": str(dagster_port), "MLFLOW_PORT": str(mlflow_port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "mlops_assets.cli", "up"],
        cwd=checkout.folder,
        env={**checkout.environment, **ports},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: answers(f"http://127.0.0.1:{dagster_port}/server_info"), 90)
    wait_until(lambda: answers(f"http://127.0.0.1:{mlflow_port}/health"), 60)
    process.send_signal(signal.SIGINT)
    assert process.wait(45) == 0
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(checkout.folder) not in left.stdout


@pytest.mark.parametrize("variable", ["DAGSTER_PORT", "MLFLOW_PORT"])
def test_a_taken_port_is_named_with_the_variable_that_moves_it(tmp_path, variable):
    checkout = make_checkout(tmp_path)
    ports = {"DAGSTER_PORT": str(free_port()), "MLFLOW_PORT": str(free_port())}
    with socket.create_server(("127.0.0.1", int(ports[variable]))):
        done = checkout.run("up", **ports)
    assert done.returncode == 2
    assert f"port {ports[variable]} of 127.0.0.1 is taken" in done.stderr
    assert f"{variable}=" in done.stderr
