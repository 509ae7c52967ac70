"""Benchmark ticks of the drift sensor: for one model, and for 500 under a real daemon."""

from __future__ import annotations

import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from benchmarks.checkout import make_checkout, put_copies, put_model
from benchmarks.loop.child import run_module
from benchmarks.process import clean_environment
from benchmarks.report import Report, met, progress, table

ABOUT = (
    "One model: a retrain and a monitored day that really ran, and that day's reports written\n"
    "again for 29 more days; then the sensor is asked 50 times, in a warm process, with nothing\n"
    "new, as in nearly all ticks, and with the cursor lost, so that it reads every day; medians.\n"
    "500 models: as many copies of heart_disease, each with a registered version that serves and\n"
    "five reported days, under a real `dagster dev`. They ask to be looked at every 5 s, so that\n"
    "the daemon never rests; a round is the time from one tick of a model to its next, after a\n"
    "first one that loads MLflow. By default a model is to be looked at every 120 s."
)
MODELS, ROUNDS, CHECK_EVERY = 500, 3, 5
MOST_MS, MOST_SECONDS = 50, 30
PATIENCE = 900


def run(report: Report, seeds: int) -> None:
    """Run both measurements; `seeds` does not matter."""
    with tempfile.TemporaryDirectory(prefix="ticks_") as folder:
        one = _one_model(Path(folder) / "one")
        progress(f"one model: {one['quiet_ms']:.0f} ms")
        rounds = _many_models(Path(folder) / "many")
    slowest = max(rounds)
    quiet, busy = one["quiet_ms"], one["busy_ms"]
    rows = [
        ["", "measured", "goal", ""],
        ["one model, nothing new", f"{quiet:.1f} ms", f"<= {MOST_MS} ms", met(quiet <= MOST_MS)],
        ["one model, all 30 days read", f"{busy:.1f} ms", "", ""],
        [f"{MODELS} models, a round of ticks", f"{statistics.median(rounds):.1f} s", "", ""],
        [
            f"{MODELS} models, the slowest",
            f"{slowest:.1f} s",
            f"<= {MOST_SECONDS} s",
            met(slowest <= MOST_SECONDS),
        ],
    ]
    report.section("Ticks of the drift sensor", ABOUT, table(rows))


def _one_model(folder: Path) -> dict[str, float]:
    folder.mkdir()
    checkout = make_checkout(folder / "checkout")
    put_model(checkout)
    return run_module("ticks_one", folder=checkout, MLOPS_ASSETS_HOME=str(folder / "home"))


def _many_models(folder: Path) -> list[float]:
    """Seconds from each tick of a sensor to its next, for all sensors."""
    folder.mkdir()
    checkout = make_checkout(folder / "checkout")
    put_copies(checkout, MODELS, CHECK_EVERY)
    prepared = run_module(
        "ticks_many", folder=checkout, MLOPS_ASSETS_HOME=str(checkout / ".mlops_assets")
    )["models"]
    if prepared != MODELS:
        raise RuntimeError(f"{prepared} models were prepared instead of {MODELS}")
    with _dagster_dev(checkout):
        return _rounds(checkout / ".mlops_assets" / "dagster" / "schedules" / "schedules.db")


@contextmanager
def _dagster_dev(checkout: Path):
    environment = {**clean_environment(), "MLOPS_ASSETS_HOME": str(checkout / ".mlops_assets")}
    with (checkout / "dev.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dagster", "dev", "-p", "0"],
            cwd=checkout,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _rounds(database: Path) -> list[float]:
    """Wait until every drift sensor has ticked often enough; seconds from each tick to the next."""
    ends, shown = time.monotonic() + PATIENCE, 0
    while time.monotonic() < ends:
        time.sleep(5)
        ticks = _ticks(database)
        done = min(map(len, ticks.values())) if len(ticks) == MODELS else 0
        if done > shown:
            progress(f"{MODELS} models: tick {done} of {ROUNDS + 2}")
            shown = done
        if done > ROUNDS + 1:
            kept = [times[1 : ROUNDS + 2] for times in ticks.values()]
            return [later - tick for times in kept for tick, later in pairwise(times)]
    raise RuntimeError(f"{MODELS} sensors did not tick {ROUNDS + 2} times in {PATIENCE} s")


def _ticks(database: Path) -> dict[str, list[float]]:
    """When each drift sensor ticked, oldest first, in seconds."""
    if not database.exists():
        return {}
    found: dict[str, list[float]] = {}
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30) as connection:
        rows = connection.execute(
            "SELECT selector_id, 86400.0 * julianday(timestamp), tick_body FROM job_ticks "
            "WHERE type = 'SENSOR' ORDER BY id"
        )
        for selector, when, body in rows:
            if "_drift_sensor" in body:
                found.setdefault(selector, []).append(float(when))
    return found
