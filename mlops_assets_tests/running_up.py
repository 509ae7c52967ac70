"""A running `mlops-assets up` of a checkout."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from mlops_assets_tests.checkout import Checkout
from mlops_assets_tests.server import free_port, wait_until


@dataclass(frozen=True)
class Up:
    """The process, the addresses of its pages, and the file with what it has printed."""

    process: subprocess.Popen
    printed: Path
    dagster: str
    mlflow: str
    api: str


def answers(url: str) -> bool:
    """Whether something answers there, if only that it wants a login."""
    try:
        return requests.get(url, timeout=2).status_code in (200, 401)
    except requests.RequestException:
        return False


@contextmanager
def up(checkout: Checkout, *options: str, mlflow: bool = True, **environment: str) -> Iterator[Up]:
    """An `up` whose pages answer; stopped with Ctrl-C at the end, unless it was killed."""
    ports = {"DAGSTER_PORT": str(free_port()), "MLFLOW_PORT": str(free_port())}
    ports["SERVING_PORT"] = str(free_port())
    printed = checkout.folder / "up.out"
    with printed.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "mlops_assets.cli", "up", *options],
            cwd=checkout.folder,
            env={**checkout.environment, **ports, **environment},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    found = Up(process, printed, *(f"http://127.0.0.1:{port}" for port in ports.values()))
    try:
        wait_until(lambda: answers(f"{found.dagster}/server_info"), 150)
        assert not mlflow or wait_until(lambda: answers(f"{found.mlflow}/health"), 60)
        yield found
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(60)


def command_lines(*, of: str = "") -> str:
    """The command lines that any user of the machine can see, with `of` in them."""
    listed = subprocess.run(["ps", "-ewwo", "args"], capture_output=True, text=True, check=True)
    return "\n".join(line for line in listed.stdout.splitlines() if of in line)


def kill(process: subprocess.Popen) -> None:
    """SIGKILL, which it cannot pass on."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
