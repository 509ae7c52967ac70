"""Servers of one model as processes: ours, mlflow's and BentoML's; their CPU and memory."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.process import clean_environment
from benchmarks.serving.client import Load

BIN = Path(sys.executable).parent
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 600
"""Seconds until it must answer: 100 models take minutes."""
PARENT, USER, SYSTEM, RESIDENT = 3, 13, 14, 23
"""Places in /proc/<number>/stat, counted from 0."""


@dataclass(frozen=True)
class Server:
    """A server that answers: how a row is sent to it, and how long it took to start."""

    port: int
    path: str
    process: subprocess.Popen
    started: float
    wraps: str = ""
    """The field that mlflow and BentoML want around the rows."""

    def body(self, rows: list[dict[str, Any]], *, is_list: bool = False) -> str:
        """Rows as this server wants them."""
        if self.wraps:
            return json.dumps({self.wraps: rows})
        return json.dumps(rows if is_list or len(rows) > 1 else rows[0])

    def load(self, rows: list[dict[str, Any]], seconds: float, **options: Any) -> dict[str, Any]:
        """The client's figures, with the server's CPU milliseconds of each request."""
        load = Load(self.port, self.path, self.body(rows), seconds, **options)
        before = self.cpu()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.serving.client"],
            input=json.dumps(asdict(load)),
            capture_output=True,
            text=True,
            check=True,
        )
        found = json.loads(done.stdout)
        return {**found, "cpu_ms": 1000 * (self.cpu() - before) / found["requests"]}

    def ask(self, rows: list[dict[str, Any]], *, is_list: bool = False) -> Any:
        """The answer to one request."""
        body = self.body(rows, is_list=is_list).encode()
        url = f"http://127.0.0.1:{self.port}{self.path}"
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(url, body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)

    def cpu(self) -> float:
        """CPU seconds so far, with those of the processes that it started and that still run."""
        return sum(_stat(number, USER) + _stat(number, SYSTEM) for number in self._family()) / TICKS

    def memory_mib(self) -> float:
        """Resident memory of them all."""
        page = os.sysconf("SC_PAGE_SIZE") / (1 << 20)
        return sum(_stat(number, RESIDENT) for number in self._family()) * page

    def _family(self) -> list[int]:
        """The process and all below it, also those with a session of their own."""
        return family(self.process.pid)


def family(root: int) -> list[int]:
    """A process and all that it started, at any depth."""
    numbers = [int(it.name) for it in Path("/proc").iterdir() if it.name.isdigit()]
    parents = {number: _stat(number, PARENT) for number in numbers}
    found = [root]
    for number in found:
        found += [child for child, parent in parents.items() if parent == number]
    return found


def _stat(number: int, place: int) -> int:
    """A number of /proc/<number>/stat; 0 if it has just ended."""
    try:
        text = Path(f"/proc/{number}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(text.rpartition(")")[2].split()[place - 2])


@contextmanager
def ours(checkout: Path, model: str = "", **environment: str) -> Iterator[Server]:
    """`mlops-assets serve MODEL`, or all models."""
    port = _free_port()
    words = ["-m", "mlops_assets.cli", "serve", *([model] if model else []), "--port", str(port)]
    command = [sys.executable, *words]
    path = "/predict" if model else "/models"
    with _started(command, checkout, port, "/health/ready", environment) as server:
        yield replace(server, path=path)


@contextmanager
def mlflows(checkout: Path, files: Path) -> Iterator[Server]:
    """`mlflow models serve` of the files of a version."""
    port = _free_port()
    command = [str(BIN / "mlflow"), "models", "serve", "-m", str(files), "--env-manager", "local"]
    command += ["-h", "127.0.0.1", "-p", str(port)]
    with _started(command, checkout, port, "/ping", {}) as server:
        yield replace(server, path="/invocations", wraps="dataframe_records")


@contextmanager
def bentos(checkout: Path, files: Path, packages: Path) -> Iterator[Server]:
    """`bentoml serve` of a service around the same files; `packages` has BentoML."""
    port = _free_port()
    words = ["-m", "bentoml", "serve", "benchmarks.serving.bento:Predictions", "--port", str(port)]
    paths = {"PYTHONPATH": f"{checkout}:{packages}", "BENTO_FILES": str(files)}
    environment = {**paths, "BENTOML_DO_NOT_TRACK": "True", "BENTOML_HOME": str(packages / "home")}
    command = [sys.executable, *words]
    with _started(command, checkout, port, "/readyz", environment) as server:
        yield replace(server, path="/predict", wraps="rows")


@contextmanager
def _started(
    command: list[str], folder: Path, port: int, ready: str, environment: Mapping[str, str]
) -> Iterator[Server]:
    began = time.perf_counter()
    log = folder / f"server_{port}.log"
    given = {**clean_environment(), "PYTHONPATH": str(folder), **environment}
    given["PATH"] = f"{BIN}{os.pathsep}{given['PATH']}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=given, stdout=output, stderr=output, start_new_session=True
        )
    try:
        while not _answers(f"http://127.0.0.1:{port}{ready}"):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise RuntimeError(f"{command} does not answer:\n{log.read_text()[-3000:]}")
            time.sleep(0.05)
        yield Server(port, "", process, time.perf_counter() - began)
    finally:
        for number in family(process.pid) if process.poll() is None else []:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGTERM)
        process.wait(60)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - http of this machine
            return True
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]
