"""A Ray cluster of processes on loopback: a head, and nodes with a home of their own each."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import requests

from mlops_assets_tests.server import free_port, wait_until

TOKEN = "staple-of-the-ray-cluster-of-32-characters"  # noqa: S105
START_SECONDS = 120
SETTINGS = {
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": TOKEN,
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_raylet_start_wait_time_s": str(START_SECONDS),
}
"""Of nodes, and of what launches runs there."""
OWN_PORTS = (
    "node-manager-port",
    "object-manager-port",
    "dashboard-agent-listen-port",
    "dashboard-agent-grpc-port",
    "runtime-env-agent-port",
    "metrics-export-port",
)
"""What each node listens on; by default the same ports on every machine."""


@dataclass(frozen=True)
class Node:
    """What a machine runs: `ray start --block`, and all that it has started."""

    process: psutil.Popen

    def processes(self) -> list[psutil.Process]:
        """Its processes, those of its jobs included."""
        with suppress(psutil.NoSuchProcess):
            return [*self.process.children(recursive=True), self.process]
        return []

    def executes(self, pid: int) -> bool:
        """Whether a process is one of its own."""
        return any(it.pid == pid for it in self.processes())

    def kill(self) -> None:
        """End it as a power cut does."""
        for process in (found := self.processes()):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(found, 10)


@dataclass(frozen=True)
class Cluster:
    """The address of the job server, the head, and the nodes that execute runs."""

    address: str
    head: Node
    nodes: list[Node]

    def ask(self, path: str) -> Any:
        """What Ray's own API says, with the token."""
        login = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.get(f"{self.address}/{path}", headers=login, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def has_nodes(self, number: int) -> bool:
        """Whether so many, with the head, have joined it."""
        try:
            found = self.ask("nodes?view=summary")["data"]["summary"]
        except (requests.RequestException, TypeError, KeyError):
            return False
        return sum(it["raylet"].get("state") == "ALIVE" for it in found) == number


@contextmanager
def cluster(folder: Path, *homes: Mapping[str, str]) -> Iterator[Cluster]:
    """A head without a core, and a node with one core for each environment in `homes`."""
    port, page = free_port(), free_port()
    with ExitStack() as stack:
        # Its sockets lie there, and a socket's path may have 107 characters at most.
        place = stack.enter_context(
            tempfile.TemporaryDirectory("", "ray", ignore_cleanup_errors=True)
        )
        first = ["--head", f"--port={port}", f"--dashboard-port={page}", f"--temp-dir={place}"]
        first += ["--num-cpus=0", f"--ray-client-server-port={free_port()}"]
        head = _start(stack, folder, homes[0], *first)
        made = Cluster(f"http://127.0.0.1:{page}", head, [])
        wait_until(lambda: made.has_nodes(1), START_SECONDS)
        joining = [f"--address=127.0.0.1:{port}", "--num-cpus=1"]
        for number, home in enumerate(homes, 2):  # at once, both would take the same socket
            made.nodes.append(_start(stack, folder, home, *joining))
            wait_until(lambda number=number: made.has_nodes(number), START_SECONDS)
        yield made


def _start(stack: ExitStack, folder: Path, environment: Mapping[str, str], *options: str) -> Node:
    own = [f"--{name}={free_port()}" for name in OWN_PORTS]
    own += ["--min-worker-port=0", "--max-worker-port=0"]  # else others of ours are in that range
    small = ["--object-store-memory=80000000", "--include-log-monitor=false", "--block"]
    command = [Path(sys.executable).with_name("ray"), "start"]
    with (folder / "ray.log").open("ab") as log:
        process = psutil.Popen(
            [*command, *small, *own, *options],
            cwd=folder,
            env={**os.environ, **SETTINGS, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    node = Node(process)
    stack.callback(node.kill)
    return node
