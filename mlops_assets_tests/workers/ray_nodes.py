"""A Ray cluster of processes on loopback: a head, and nodes with a home of their own each."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import requests

from mlops_assets_tests.server import free_port, wait_until

TOKEN = "staple-of-the-ray-cluster-of-32-characters"  # noqa: S105
START_SECONDS, ATTEMPTS = 60, 4
SETTINGS = {
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": TOKEN,
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_raylet_start_wait_time_s": str(START_SECONDS),
}
"""Of nodes, and of what launches runs there."""
SMALL = ("--object-store-memory=80000000", "--include-log-monitor=false", "--block")
ANY_WORKER_PORT = ("--min-worker-port=0", "--max-worker-port=0")
OWN_PORTS = (
    "node-manager-port",
    "object-manager-port",
    "dashboard-agent-listen-port",
    "dashboard-agent-grpc-port",
    "runtime-env-agent-port",
    "metrics-export-port",
)
"""What each node listens on; by default the same ports on every machine."""
HASTE = """
import os, sys

# A node gives up if its agents are not there in 15 s (ray#65983), and all processes of Ray import
# the Kubernetes client, if it is there, which takes half of their start. The page is a dozen.
sys.modules["kubernetes"] = None
if any(word.endswith("dashboard/dashboard.py") for word in sys.orig_argv):
    os.nice(15)
"""
"""What every process of Ray executes first: a sitecustomize.py."""


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
    """The address of the job server, and the nodes that execute runs; the head is none of them."""

    folder: Path
    stack: ExitStack
    address: str
    nodes: list[Node] = field(default_factory=list)

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

    def join(self, number: int, environment: Mapping[str, str], *options: str) -> Node:
        """Start the node that is the `number`th; on a busy machine Ray itself may give up."""
        for _ in range(ATTEMPTS):
            node = self._start(environment, *options)
            ended = wait_until(
                lambda node=node: self.has_nodes(number) or node.process.poll() is not None,
                2 * START_SECONDS,
            )
            if ended and node.process.poll() is None:
                return node
            node.kill()
        raise AssertionError((self.folder / "ray.log").read_text()[-3000:])

    def _start(self, environment: Mapping[str, str], *options: str) -> Node:
        own = [f"--{name}={free_port()}" for name in OWN_PORTS]
        command = [Path(sys.executable).with_name("ray"), "start", *SMALL, *ANY_WORKER_PORT, *own]
        with (self.folder / "ray.log").open("ab") as log:
            process = psutil.Popen(
                [*command, *options],
                cwd=self.folder,
                env={**os.environ, **SETTINGS, **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        node = Node(process)
        self.stack.callback(node.kill)
        return node


@contextmanager
def cluster(folder: Path, *homes: Mapping[str, str]) -> Iterator[Cluster]:
    """A head without a core, and a node with one core for each environment in `homes`."""
    port, page = free_port(), free_port()
    with ExitStack() as stack:
        # Its sockets lie there, and a socket's path may have 107 characters at most.
        holder = tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True)
        place = stack.enter_context(holder)
        hook = Path(place, "hook", "sitecustomize.py")
        hook.parent.mkdir()
        hook.write_text(HASTE)
        first = ["--head", f"--port={port}", f"--dashboard-port={page}", f"--temp-dir={place}"]
        first += ["--num-cpus=0", f"--ray-client-server-port={free_port()}"]
        made = Cluster(folder, stack, f"http://127.0.0.1:{page}")
        environments = [_with_path(it, hook.parent) for it in homes]
        made.join(1, environments[0], *first)
        joining = [f"--address=127.0.0.1:{port}", "--num-cpus=1"]
        for number, own in enumerate(environments, 2):  # at once, both would take the same socket
            made.nodes.append(made.join(number, own, *joining))
        yield made


def _with_path(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(folder), environment.get("PYTHONPATH", "")]))
    return {**environment, "PYTHONPATH": path}
