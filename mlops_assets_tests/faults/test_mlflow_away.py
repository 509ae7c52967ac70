"""MLflow's server is down: the step says where it looked and what to set."""

import pytest

from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.server import free_port

pytestmark = pytest.mark.process


def test_the_step_fails_with_the_address_and_the_variable(tmp_path):
    checkout = make_checkout(tmp_path, models=("heart_disease",))
    address = f"http://127.0.0.1:{free_port()}"
    done = checkout.run("retrain", "heart_disease", MLFLOW_TRACKING_URI=address)
    assert done.returncode == 1
    words = done.stdout + done.stderr
    assert f"MLflow at {address} does not answer" in words
    assert "MLFLOW_TRACKING_URI" in words
    assert not (checkout.settings.home / "lake").exists()
