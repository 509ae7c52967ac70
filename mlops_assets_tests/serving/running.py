"""A running `mlops-assets serve` of a checkout."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from mlops_assets_tests.checkout import Checkout
from mlops_assets_tests.forked import Command
from mlops_assets_tests.server import free_port, wait_until

MODEL = "small"
YAML = """\
type: mlops_assets.component.ModelLifecycle
attributes:
  name: small
  source: {type: csv, path: table.csv}
  target: y
  columns: {numeric: [x], categorical: [c]}
  split: {holdout: 0.3}
  model: {type: sklearn, estimator: sklearn.linear_model.LogisticRegression}
  gates: {roc_auc: {min: 0.6}}
  retrain: {on: [drift, performance], cooldown: 1, least_new_labels: 100}
  serving: {live: true, learn: true}
"""


@dataclass(frozen=True)
class Serving:
    """The process, and its address."""

    command: Command
    url: str

    def version(self) -> str:
        """The version that answers; "" if none does, or nothing listens."""
        try:
            return requests.get(f"{self.url}/model-info", timeout=5).json()["model_version"]
        except (requests.RequestException, KeyError):
            return ""

    def predict(self, rows: Any) -> requests.Response:
        """The answer to a row or a list of rows."""
        return requests.post(f"{self.url}/predict", json=rows, timeout=30)


@contextmanager
def serving(checkout: Checkout) -> Iterator[Serving]:
    """A server that answers; killed (SIGKILL) at the end if it still runs."""
    port = free_port()
    command = checkout.start("serve", MODEL, "--port", str(port))
    server = Serving(command, f"http://127.0.0.1:{port}")
    try:
        wait_until(lambda: server.version() or not command.is_running, 120)
        assert command.is_running, command.finish()
        yield server
    finally:
        command.kill()
