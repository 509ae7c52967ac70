"""Run a command in a new process and measure its time and memory."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

# Not measured: a check for news, and whatever points at somebody's real stores.
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1", "PYTHONUNBUFFERED": "1"}
OURS = ("MLOPS_ASSETS_", "DAGSTER_", "MLFLOW_", "PYTHON", "WAREHOUSE_URL", "LAKE_URL")


@dataclass(frozen=True)
class Measured:
    """One process: its seconds, its most memory in MiB, and when it printed which line."""

    wall: float
    cpu: float
    peak_mib: float
    lines: list[tuple[float, str]]

    @property
    def output(self) -> str:
        """What it printed."""
        return "\n".join(line for _, line in self.lines)


def measure(arguments: list[str], folder: Path, **environment: str) -> Measured:
    """Run `python ARGUMENTS` in `folder`; CPU seconds include the processes it started.

    Its memory is that of the largest of them; no less than this process had when it started it.
    Raises `RuntimeError` with what it said where it fails.
    """
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env={**clean_environment(), **environment},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        lines = _lines(process, began)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        cpu = usage.ru_utime + usage.ru_stime
        measured = Measured(wall, cpu, mib(usage.ru_maxrss), lines)
        if process.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="replace")[-3000:]
            raise RuntimeError(f"{' '.join(arguments)[:200]} failed:\n{measured.output}\n{said}")
    return measured


def mib(max_rss: int) -> float:
    """`ru_maxrss` in MiB: macOS counts in bytes, Linux in KiB."""
    return max_rss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _lines(process: subprocess.Popen[str], began: float) -> list[tuple[float, str]]:
    assert process.stdout is not None  # noqa: S101 - PIPE gives one
    with process.stdout as stream:
        return [(time.perf_counter() - began, line.rstrip()) for line in stream]


def clean_environment() -> dict[str, str]:
    """This process's environment without settings that would change or slow what is measured.

    PYTHONDONTWRITEBYTECODE, for one, would make every process compile the project again.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | QUIET
