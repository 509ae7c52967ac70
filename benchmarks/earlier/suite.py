"""How long the tests take, with this state and with the earlier one."""

import re
import subprocess
import time
from pathlib import Path

from benchmarks.checkout import ROOT
from benchmarks.process import clean_environment
from benchmarks.report import Report, met, progress, table

MOST_SHARE, FAST_SECONDS = 0.60, 180
ABOUT = (
    "`make test` of both states and `make test-fast` of this one, once each, one after the other\n"
    "on an otherwise idle machine, each in a virtual environment that was ready."
)


def run(report: Report, earlier: Path, name: str) -> None:
    """Run the suites of both states to the end, even if tests fail."""
    fast = _timed(ROOT, "test-fast")
    now = _timed(ROOT, "test")
    before = _timed(earlier, "test")
    share = now[0] / before[0]
    rows = [
        ("", "seconds", "outcome", "goal", ""),
        (
            "make test-fast",
            f"{fast[0]:.0f}",
            fast[1],
            "<= 180 s",
            met(fast[0] <= FAST_SECONDS),
        ),
        ("make test", f"{now[0]:.0f}", now[1], "", ""),
        (f"make test at {name}", f"{before[0]:.0f}", before[1], "", ""),
        ("now / before", f"{share:.2f}", "", "<= 0.60", met(share <= MOST_SHARE)),
    ]
    report.section(f"The tests, now and at {name}", ABOUT, table(rows))


def _timed(state: Path, target: str) -> tuple[float, str]:
    """Seconds, and pytest's last line."""
    environment = clean_environment()
    subprocess.run(["make", ".venv/.ready"], cwd=state, env=environment, check=True)
    began = time.monotonic()
    done = subprocess.run(
        ["make", target], cwd=state, env=environment, capture_output=True, text=True
    )
    seconds = time.monotonic() - began
    found = re.findall(r"\d+ (?:passed|failed|errors?)", done.stdout)
    outcome = ", ".join(dict.fromkeys(found)) or f"exit code {done.returncode}"
    progress(f"make {target} in {seconds:.0f} s: {outcome}")
    return seconds, outcome
