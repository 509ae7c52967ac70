"""Run a command in a new process and measure its time and memory."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

# Excluded: update checks, and all settings that point at real stores.
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1", "PYTHONUNBUFFERED": "1"}
OURS = ("MLOPS_ASSETS_", "DAGSTER_", "MLFLOW_", "PYTHON", "WAREHOUSE_URL", "LAKE_URL")


@dataclass(frozen=True)
class Measured:
    """One process: its seconds, its peak memory in MiB, and the printed lines with their times."""

    wall: float
    cpu: float
    peak_mib: float
    lines: list[tuple[float, str]]

    @property
    def output(self) -> str:
        """The printed lines."""
        return "\n".join(line for _, line in self.lines)


def measure(arguments: list[str], folder: Path, **environment: str) -> Measured:
    """Run `python ARGUMENTS` in `folder`; CPU seconds include the processes it started.

    The memory is that of the largest of them, and at least that of this process at its start.
    Raises `RuntimeError` with its output if it fails.
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
            output = errors.read().decode(errors="replace")[-3000:]
            raise RuntimeError(f"{' '.join(arguments)[:200]} failed:\n{measured.output}\n{output}")
    return measured


def mib(max_rss: int) -> float:
    """`ru_maxrss` in MiB: macOS counts in bytes, Linux in KiB."""
    return max_rss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _lines(process: subprocess.Popen[str], began: float) -> list[tuple[float, str]]:
    assert process.stdout is not None  # noqa: S101 - because of PIPE
    with process.stdout as stream:
        return [(time.perf_counter() - began, line.rstrip()) for line in stream]


def clean_environment() -> dict[str, str]:
    """This process's environment without settings that would change or slow the measurement.

    PYTHONDONTWRITEBYTECODE, for example, would make every process recompile the project.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | QUIET
