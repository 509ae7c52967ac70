"""A page that a module renders in a separate process, while the run goes on."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self


class PageProcess:
    """A page being rendered in a temporary folder, which the process reads from and writes to."""

    def __init__(self, what: str) -> None:
        self._what, self._holder = what, tempfile.TemporaryDirectory(prefix="mlops_assets_page_")
        self.folder = Path(self._holder.name)

    def start(self, module: str, *names: str, page: str) -> None:
        """Run `python -m MODULE` with the folder, or with the named files in it."""
        self._page = self.folder / page
        arguments: Sequence[Path] = [self.folder / name for name in names] or [self.folder]
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            env={**os.environ, "DO_NOT_TRACK": "1"},
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "errors.txt").open("wb"),
        )

    def html(self) -> str:
        """Wait for the page; raises `RuntimeError` with the renderer's errors if it fails."""
        if self.process.wait():
            errors = (self.folder / "errors.txt").read_text()[-2000:]
            raise RuntimeError(f"the {self._what} could not be rendered:\n{errors}")
        return self._page.read_text(encoding="utf-8")

    def stop(self) -> None:
        """Stop the process if it is still running, and remove its folder."""
        self.process.kill()
        self.process.wait()
        self._holder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
