"""Benchmark backup and restore of a gigabyte during eight retrains: time, and data loss."""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from benchmarks.checkout import make_checkout, put_copies
from benchmarks.process import clean_environment, measure
from benchmarks.report import Report, progress, spread, table

RUNS, FILES, FILE_BYTES = 8, 100, 10_000_000
START_SECONDS = 300
ABOUT = (
    "`mlops-assets backup` of a home with 1 GB of artifacts in MLflow while eight processes\n"
    "retrain a model each, begun when the first has registered its version; then\n"
    "`mlops-assets restore` into another home, and both once more when nothing else runs.\n"
    "Whole commands, imports and all. After each round: every retrain has succeeded; each file of\n"
    "a run that had ended is in the restored home with the same SHA-256; each version's model\n"
    "loads; no run is left open; Dagster's index names no event that its run's log lacks."
)


def run(report: Report, rounds: int) -> None:
    """Measure on fresh state, round by round."""
    busy, alone, facts = [], [], {}
    with tempfile.TemporaryDirectory(prefix="benchmark_") as holder:
        checkout = make_checkout(Path(holder) / "checkout")
        put_copies(checkout, RUNS)
        for number in range(rounds):
            folder = Path(holder) / str(number)
            under, after, facts = _round(checkout, folder)
            busy.append(under)
            alone.append(after)
            seconds = f"backup {under.backup:.1f} s, restore {under.restore:.1f} s"
            progress(f"backup, round {number + 1} of {rounds}: {seconds}")
    rows = [
        ("", f"under {RUNS} retrains", "alone"),
        ("backup", *(spread([s.backup for s in each]) for each in (busy, alone))),
        ("restore", *(spread([s.restore for s in each]) for each in (busy, alone))),
    ]
    counted = [("", "found", "goal"), *((name, str(v), goal) for name, (v, goal) in facts.items())]
    report.section("Backup and restore of 1 GB", ABOUT, [*table(rows), "", *table(counted)])


@dataclass(frozen=True)
class Seconds:
    """The results of both commands."""

    backup: float
    restore: float


def _round(checkout: Path, folder: Path) -> tuple[Seconds, Seconds, dict[str, tuple[object, str]]]:
    home, new = folder / "home", folder / "new"
    place = {"MLOPS_ASSETS_HOME": str(home)}
    measure(["-m", "mlops_assets.cli", "init"], checkout, **place)
    _fill(home)
    retrains = [_retrain(checkout, number, place) for number in range(RUNS)]
    try:
        _wait_for_a_version(home)
        began = sum(retrain.poll() is None for retrain in retrains)
        under = _both(checkout, folder / "set", new, place)
        going = sum(retrain.poll() is None for retrain in retrains)
        failed = sum(retrain.wait() != 0 for retrain in retrains)
    finally:
        for retrain in retrains:
            retrain.kill()
            retrain.wait()
    after = _both(checkout, folder / "set 2", folder / "new 2", place)
    facts = {
        "retrains going on when the backup began": (began, ""),
        "retrains going on when the restore ended": (going, ""),
        "retrains that failed": (failed, "0"),
    }
    return under, after, facts | _compare(home, new)


def _both(checkout: Path, folder: Path, new: Path, place: dict[str, str]) -> Seconds:
    backup = ["-m", "mlops_assets.cli", "backup", str(folder)]
    restore = ["-m", "mlops_assets.cli", "restore", str(folder), "--to", str(new)]
    return Seconds(
        measure(backup, checkout, **place).wall, measure(restore, checkout, **place).wall
    )


def _fill(home: Path) -> None:
    client = _client(home)
    location = (home / "mlflow" / "artifacts").as_uri()
    run_id = client.create_run(client.create_experiment("big", location)).info.run_id
    with tempfile.TemporaryDirectory() as folder:
        for number in range(FILES):
            path = Path(folder) / f"{number}.bin"
            path.write_bytes(os.urandom(FILE_BYTES))
            client.log_artifact(run_id, str(path))
            path.unlink()
    client.set_terminated(run_id)


def _retrain(checkout: Path, number: int, place: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "mlops_assets.cli", "retrain", f"model_{number}"],
        cwd=checkout,
        env={**clean_environment(), **place},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait_for_a_version(home: Path) -> None:
    """Wait until a retrain has registered; raises `AssertionError` if that takes too long."""
    ends, client = time.monotonic() + START_SECONDS, _client(home)
    while not client.search_model_versions():
        if time.monotonic() > ends:
            raise AssertionError(f"no version after {START_SECONDS} s")
        time.sleep(0.3)


def _compare(home: Path, new: Path) -> dict[str, tuple[object, str]]:
    """Compare the restored home with the home that was backed up."""
    lost = differ = compared = 0
    client, others = _client(new), home / "mlflow" / "artifacts"
    experiments = [e.experiment_id for e in client.search_experiments()]
    ended = [
        r.info.run_id
        for r in client.search_runs(experiments, max_results=5000)
        if r.info.status == "FINISHED"
    ]
    ended += [f"models/{m.model_id}" for m in client.search_logged_models(experiments)]
    for place in ended:
        for path in (others / place).rglob("*"):
            if path.is_file():
                mine = new / "mlflow" / "artifacts" / path.relative_to(others)
                compared += 1
                lost += not mine.exists()
                differ += mine.exists() and not _same(path, mine)
    versions = client.search_model_versions()
    for version in versions:
        _load(version)
    return {
        "files compared": (compared, ""),
        "files lost": (lost, "0"),
        "hashes that differ": (differ, "0"),
        "versions loaded": (len(versions), ""),
        "runs left open": (len(_open_runs(client, experiments)), "0"),
        "events without a log": (_events_without_log(new), "0"),
    }


def _same(path: Path, mine: Path) -> bool:
    from mlops_assets.operations.backup.manifest import digest

    return digest(path) == digest(mine)


def _load(version) -> None:
    from mlops_assets.kinds.sklearn.storage import load

    load(version.source)


def _open_runs(client, experiments: list[str]) -> list:
    return client.search_runs(experiments, "attributes.status = 'RUNNING'")


def _events_without_log(new: Path) -> int:
    missing = 0
    with dg.DagsterInstance.local_temp(str(new / "dagster")) as instance:
        for key in instance.all_asset_keys():
            event = instance.get_latest_materialization_event(key)
            if event is None:
                continue
            log = instance.get_records_for_run(
                event.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
            )
            missing += key not in {record.asset_key for record in log.records}
    return missing


def _client(home: Path):
    from mlops_assets.platform.mlflow.store import open_store
    from mlops_assets.platform.settings import Settings

    with suppress(KeyError):
        del os.environ["DAGSTER_HOME"]
    return open_store(Settings.from_environment({"MLOPS_ASSETS_HOME": str(home)}))


if __name__ == "__main__":
    run(Report(), rounds=1)
