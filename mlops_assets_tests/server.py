"""A real `dagster dev` of a checkout: webserver, code server and daemon; or the daemon alone."""

import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

import requests
from dagster import DagsterRunStatus
from dagster_graphql import DagsterGraphQLClient

from mlops_assets_tests.checkout import Checkout

Found = TypeVar("Found")
START_SECONDS = 90
# Each worker begins a thousand elsewhere, below the ports that the system gives to clients: what
# one has found free, its server takes seconds later.
PORTS = itertools.count(11_000 + os.getpid() * 1_000 % 20_000)
LOG = "dagster_dev.log"
DAEMON_LOG = "dagster_daemon.log"


@dataclass(frozen=True)
class Server:
    """A running `dagster dev`."""

    checkout: Checkout
    port: int

    @property
    def url(self) -> str:
        """Where its UI is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def client(self) -> DagsterGraphQLClient:
        """What the UI itself talks to."""
        return DagsterGraphQLClient("127.0.0.1", port_number=self.port)

    def launch(self, job: str) -> str:
        """Put a run of `job` into the queue; its id."""
        return self.client.submit_job_execution(job)

    def wait_for_status(self, run_id: str, *statuses: DagsterRunStatus, seconds: float = 120):
        """Wait until the run has one of `statuses`."""
        return wait_until(lambda: self.client.get_run_status(run_id) in statuses, seconds)

    def worker_of(self, run_id: str) -> int:
        """The process that executes the run, as Dagster's log names it."""
        log = (self.checkout.folder / LOG).read_text()
        found = re.search(rf"{run_id} .*Executing steps in process \(pid: (\d+)\)", log)
        assert found, f"no worker of {run_id} in the log"
        return int(found.group(1))


@contextmanager
def dagster_dev(checkout: Checkout) -> Iterator[Server]:
    """Start `dagster dev` in the checkout and stop it, with all it started, at the end."""
    port = free_port()
    log = (checkout.folder / LOG).open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "dagster", "dev", "-h", "127.0.0.1", "-p", str(port)],
        cwd=checkout.folder,
        env=checkout.environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        server = Server(checkout, port)
        wait_until(lambda: _answers(server.url), START_SECONDS)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def dagster_daemon(checkout: Checkout) -> Iterator[None]:
    """A daemon with its own code server; at the end it, that and all runs are killed (SIGKILL)."""
    with (checkout.folder / DAEMON_LOG).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dagster._daemon", "run", "-w", "workspace.yaml"],
            cwd=checkout.folder,
            env={**checkout.environment, "DAGSTER_HOME": str(checkout.settings.dagster_home)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield
        assert process.poll() is None, "the daemon ended by itself"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(look: Callable[[], Found], seconds: float) -> Found:
    """What `look` gives once it is true; fails after `seconds`."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := look():
            return found
        time.sleep(0.3)
    raise AssertionError(f"still not true after {seconds:g} s")


def free_port() -> int:
    """A port nobody listens on, and that no other call or worker is given meanwhile."""
    return next(port for port in PORTS if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/server_info", timeout=2).ok
    except requests.RequestException:
        return False
