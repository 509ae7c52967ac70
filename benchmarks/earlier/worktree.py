"""An earlier state of the project, checked out from git into a separate folder."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.checkout import ROOT


@contextmanager
def worktree(revision: str) -> Iterator[Path]:
    """A git worktree of `revision` in a temporary folder, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        folder = Path(holder) / "earlier"
        _git("worktree", "add", "--quiet", "--detach", str(folder), revision)
        try:
            yield folder
        finally:
            _git("worktree", "remove", "--force", str(folder))


def short_name(revision: str) -> str:
    """The commit's abbreviated hash."""
    return _git("rev-parse", "--short", revision).strip()


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
