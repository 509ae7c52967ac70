"""A running `mlops-assets serve`: a process that answers on a port."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.server import free_port, wait_until
from mlops_assets_tests.world import World

LOG = "serve.log"


@dataclass(frozen=True)
class Running:
    """The process, its address, and the file with all it printed."""

    process: subprocess.Popen
    port: int
    log: Path

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        """Whether every model has a version that answers; fails if the process ended."""
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        try:
            return requests.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def end(self, number: int = signal.SIGTERM) -> int:
        """The exit code after a signal."""
        self.process.send_signal(number)
        return self.process.wait(60)


def checkout_of(world: World, folder: Path) -> Checkout:
    """A checkout whose commands work on the home and the model of `world`."""
    checkout = make_checkout(folder)
    attributes = {"source": {"type": "csv", "path": str(world.csv)}, **world.spec}
    text = {"type": "mlops_assets.component.ModelLifecycle", "attributes": attributes}
    checkout.model("small", json.dumps(text))
    return Checkout(folder, {**checkout.environment, "MLOPS_ASSETS_HOME": str(world.settings.home)})


@contextmanager
def serving(checkout: Checkout, *words: str, **environment: str) -> Iterator[Running]:
    """A `serve small` that answers; ended at the end if nothing else did."""
    port, log = free_port(), checkout.folder / LOG
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "mlops_assets.cli", "serve", "small", *words],
            cwd=checkout.folder,
            env={**os.environ, **checkout.environment, "SERVING_PORT": str(port), **environment},
            stdout=output,
            stderr=output,
        )
    running = Running(process, port, log)
    try:
        wait_until(running.is_ready, 60)
        yield running
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(60)
