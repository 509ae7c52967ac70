"""Run a program in a new process that prints its figures as one line of JSON."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.process import clean_environment, mib

Result = TypeVar("Result")
ROOT = Path(__file__).resolve().parents[2]


def run_module(
    name: str,
    *arguments: object,
    python: str = sys.executable,
    folder: Path = ROOT,
    **environment: str,
) -> dict[str, Any]:
    """Run `python -m benchmarks.loop.NAME ARGUMENTS`, and return its figures.

    It imports what is in `folder`: the project, or a checkout. Raises `RuntimeError` with its
    output if it fails.
    """
    command = [python, "-m", f"benchmarks.loop.{name}", *map(str, arguments)]
    environ = {**clean_environment(), **environment}
    done = run_quietly(command, environ, folder)
    return json.loads(done.stdout.splitlines()[-1])


def run_quietly(
    command: Sequence[str], environ: dict[str, str] | None = None, folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run a command in `folder`; `RuntimeError` with its output if it fails."""
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)
    if done.returncode:
        output = (done.stdout + done.stderr)[-3000:]
        raise RuntimeError(f"{' '.join(command)} failed:\n{output}")
    return done


def answer(**figures: object) -> None:
    """Print the figures, and the peak memory of this process."""
    print(json.dumps({**figures, "peak_mib": peak_mib()}))


def timed(function: Callable[[], Result]) -> tuple[float, Result]:
    """Wall-clock seconds, and the result."""
    began = time.perf_counter()
    result = function()
    return time.perf_counter() - began, result


def peak_mib() -> float:
    """The peak memory of this process in MiB, including interpreter and libraries."""
    return mib(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
