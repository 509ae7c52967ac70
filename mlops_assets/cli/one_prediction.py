"""Ask the prediction API once: start it, send a typical row, and stop it."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from mlops_assets.platform.settings import Settings

START_SECONDS = 60
LOCAL = build_opener(ProxyHandler({}))


def one_prediction(model: str, settings: Settings) -> dict[str, Any] | None:
    """The row that was sent and the answer; None if the API did not start in a minute."""
    with _api(model, settings) as url:
        if not _answers(f"{url}/health/ready"):
            return None
        described = _json(f"{url}/openapi.json")["paths"]["/predict"]["post"]
        examples = described["requestBody"]["content"]["application/json"]["examples"]
        row = next(iter(examples.values()))["value"]
        return {"row": row, "answer": _json(f"{url}/predict", row)}


@contextmanager
def _api(model: str, settings: Settings) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mlops_assets.cli", "serve", model, "--port", str(port)]
    quiet, folder = subprocess.DEVNULL, settings.project_root
    process = subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        try:
            return bool(_json(url))
        except (URLError, ConnectionError):  # not yet
            time.sleep(0.2)
    return False


def _json(url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 - our own
    with LOCAL.open(request, timeout=10) as answer:
        return json.load(answer)
