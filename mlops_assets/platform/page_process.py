"""A page that a module renders in a separate process, while the run goes on."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

SERVER = "mlops_assets.platform.page_server"
ERRORS = "errors.txt"
IDLE: list["subprocess.Popen[str]"] = []
"""Servers that have rendered a page, and wait for the next of this process."""
os.register_at_fork(after_in_child=IDLE.clear)


class PageProcess:
    """A page being rendered in a temporary folder, which the process reads from and writes to."""

    def __init__(self, what: str) -> None:
        self._what, self._is_rendering = what, False
        self._holder = tempfile.TemporaryDirectory(prefix="mlops_assets_page_")
        self.folder = Path(self._holder.name)

    def start(self, module: str, *names: str, page: str) -> None:
        """Run `python -m MODULE` with the folder, or with the named files in it."""
        self._page = self.folder / page
        arguments = [str(self.folder / name) for name in names] or [str(self.folder)]
        errors = self.folder / ERRORS
        errors.touch()
        asked = {"module": module, "arguments": arguments, "errors": str(errors)}
        self.process, self._is_rendering = _asked(json.dumps(asked), errors), True

    def html(self) -> str:
        """Wait for the page; raises `RuntimeError` with the renderer's errors if it fails."""
        code = next(iter(self.process.stdout or ()), "").strip()
        if code:
            self._is_rendering = False
            IDLE.append(self.process)
        if code != "0":
            errors = (self.folder / ERRORS).read_text()[-2000:] or "its process has ended"
            raise RuntimeError(f"the {self._what} could not be rendered:\n{errors}")
        return self._page.read_text(encoding="utf-8")

    def stop(self) -> None:
        """Stop the process if it is still rendering, and remove its folder."""
        if self._is_rendering:
            _end(self.process)
        self._holder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _asked(page: str, errors: Path) -> "subprocess.Popen[str]":
    """A server that was asked for the page: an idle one, unless it has died meanwhile."""
    if server := _idle_server():
        try:
            print(page, file=server.stdin, flush=True)
        except BrokenPipeError:
            _end(server)
        else:
            return server
    server = _new_server(errors)
    print(page, file=server.stdin, flush=True)
    return server


def _end(server: "subprocess.Popen[str]") -> None:
    """Kill the server, with the page that it is rendering."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.communicate()


def _idle_server() -> "subprocess.Popen[str] | None":
    while IDLE:
        if (server := IDLE.pop()).poll() is None:
            return server
    return None


def _new_server(errors: Path) -> "subprocess.Popen[str]":
    """A server in a process group of its own, with the pages it is rendering."""
    with errors.open("ab") as stderr:
        return subprocess.Popen(
            [sys.executable, "-m", SERVER],
            env={**os.environ, "DO_NOT_TRACK": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            process_group=0,
        )
