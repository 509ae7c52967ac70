"""The prediction API of the demo: start it, ask it over HTTP, and stop it."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from http.client import HTTPConnection, HTTPException
from typing import IO, Any, cast

from mlops_assets.cli.serve import LOOPBACK
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings

START_SECONDS = 60
SWITCH_SECONDS = 30
AT_ONCE = 4
READY = "/health/ready"


class DemoApi:
    """A server that may not answer yet. `key` is that of this demo."""

    def __init__(self, process: subprocess.Popen[str], port: int, key: str) -> None:
        self._process, self._port = process, port
        self._headers = {"Content-Type": "application/json", "X-API-Key": key}

    def is_ready(self) -> bool:
        """Whether a version answers; waits for it, at most a minute."""
        return self._soon(START_SECONDS, lambda: self._ask(READY)["ready"])

    def follow(self, version: str) -> bool:
        """Whether that version answers; waits for the switch, at most half a minute."""
        return self._soon(SWITCH_SECONDS, lambda: self.version() == version)

    def version(self) -> str:
        """The version that answers, such as `registry-2`."""
        return str(self._ask("/model-info")["model_version"])

    def predict(self, rows: Sequence[dict], day: date) -> None:
        """Ask for each row by itself, as if it were that day, over a few kept connections."""
        self._play(str(day))
        try:
            with ThreadPoolExecutor(AT_ONCE) as threads:
                parts = [rows[start::AT_ONCE] for start in range(AT_ONCE)]
                list(threads.map(self._predict, parts))
        finally:
            self._play("")

    def label(self, labels: Sequence[dict]) -> int:
        """Give the labels; how many were taken."""
        return self._ask("/labels", labels)["labels"]

    def example(self) -> dict[str, Any]:
        """The row that the API's own description shows, and its answer."""
        described = self._ask("/openapi.json")["paths"]["/predict"]["post"]
        examples = described["requestBody"]["content"]["application/json"]["examples"]
        row = next(iter(examples.values()))["value"]
        return {"row": row, "answer": self._ask("/predict", row)}

    def _play(self, day: str) -> None:
        lines, said = cast(IO[str], self._process.stdin), cast(IO[str], self._process.stdout)
        lines.write(f"{day}\n")
        lines.flush()
        said.readline()  # it is in force

    def _predict(self, rows: Sequence[dict]) -> None:
        with self._connected() as connection:
            for row in rows:
                self._answer(connection, "/predict", row)

    def _ask(self, path: str, body: Any = None) -> Any:
        with self._connected() as connection:
            return self._answer(connection, path, body)

    @contextmanager
    def _connected(self) -> Iterator[HTTPConnection]:
        connection = HTTPConnection(LOOPBACK, self._port, timeout=30)
        try:
            yield connection
        finally:
            connection.close()

    def _answer(self, connection: HTTPConnection, path: str, body: Any) -> Any:
        method, text = ("GET", None) if body is None else ("POST", json.dumps(body))
        connection.request(method, path, text, self._headers)
        answer = connection.getresponse()
        found = answer.read().decode()
        if answer.status != 200 and path != READY:
            raise InputError(
                seen=f"{method} {path} was answered with {answer.status}: {found}",
                expected="an answer with 200",
                todo="see what `mlops-assets serve` says",
            )
        return json.loads(found)

    def _soon(self, seconds: float, holds: Any) -> bool:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and self._process.poll() is None:
            try:
                if holds():
                    return True
            except (OSError, HTTPException):  # not yet
                pass
            time.sleep(0.1)
        return False


@contextmanager
def demo_api(model: str, settings: Settings) -> Iterator[DemoApi]:
    """The API of a model in a process of its own, which goes on while it loads."""
    with socket.create_server((LOOPBACK, 0)) as probe:
        port = probe.getsockname()[1]
    key = secrets.token_urlsafe()
    command = [sys.executable, "-m", "mlops_assets.cli.demo_server", model, str(port)]
    process = subprocess.Popen(
        command,
        cwd=settings.project_root,
        env={**os.environ, "SERVING_API_KEY": f"demo:{key}", "SERVING_RATE": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # Ctrl-C reaches the demo alone, which ends it
    )
    try:
        yield DemoApi(process, port, key)
    finally:
        process.terminate()
        process.communicate()
