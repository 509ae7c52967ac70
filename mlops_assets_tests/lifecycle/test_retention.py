"""The scheduled job removes what nothing needs any more, and nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest
import yaml

from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.lifecycle.retention import NAME, retention
from mlops_assets.operations.prune import pruning, versions
from mlops_assets.platform.lake import NotMaterializedError, read_newest
from mlops_assets.registry import loaded_models
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.world import World, small_table

FIRST, LAST = "2026-01-05", "2026-01-06"
DAYS = {FIRST: 310, LAST: 300}


LOCAL = "dagster._core.storage.local_compute_log_manager"


class InTwoYears(datetime):
    """The clock of the job."""

    @classmethod
    def now(cls, tz=None):
        """Two years from now."""
        return datetime.now(tz) + timedelta(days=730)


@pytest.fixture
def old(world, monkeypatch) -> World:
    """Two versions and two days, all of them two years old; the second version serves."""
    world.spec["live"] = {"source": {"type": "csv", "path": str(world.settings.home / "{day}.csv")}}
    world.begin()
    for day, rows in DAYS.items():
        small_table(rows).to_csv(world.settings.home / f"{day}.csv", index=False)
        assert world.monitor(day, "live_data", "predictions").success
    small_table(500).to_csv(world.csv, index=False)
    assert world.retrain_tagged().success
    monkeypatch.setattr(versions, "NEWEST_ROWS", 1)
    monkeypatch.setattr(pruning, "datetime", InTwoYears)
    return world


def pruned(world: World, specs: Callable[[], list[LifecycleSpec]] | None = None):
    job = retention("400d", specs or (lambda: [LoopWorld(world).spec])).get_job_def(NAME)
    return job.execute_in_process(instance=world.instance, raise_on_error=False)


def runs_on_disk(world: World) -> set[str]:
    found = (world.settings.dagster_home / "history" / "runs").glob("*.db")
    return {it.stem for it in found} - {"index"}


def test_the_job_keeps_what_serves_and_what_a_rollback_returns_to(old):
    before, mlflow = runs_on_disk(old), {it.info.run_id for it in old.runs()}
    made = pruned(old)
    assert made.success
    assert runs_on_disk(old) == {it.run_id for it in old.instance.get_runs()}
    assert len(runs_on_disk(old)) < len(before)
    assert {it.info.run_id for it in old.runs()} < mlflow
    with pytest.raises(NotMaterializedError):
        read_newest(["small", "predictions", FIRST])
    assert len(read_newest(["small", "predictions", LAST])) == DAYS[LAST]
    loaded_models._models.cache_clear()
    registry = ModelRegistry(old.settings, actor="anna", spec_of=lambda _: None)
    rows = pd.DataFrame({"x": [0.1, 0.9], "c": ["a", "b"]})
    assert registry.load_model("small").predict(rows)["prediction"].tolist() == [0, 1]
    registry.rollback_model("small", reason="worse", force=True)
    assert registry.load_model("small").predict(rows)["prediction"].tolist() == [0, 1]
    assert old.retrain_tagged().success


def test_it_removes_nothing_if_a_model_cannot_be_read(old):
    def mistaken() -> list[LifecycleSpec]:
        raise InputError(seen="no `target`", expected="one", todo="add it")

    before = {it.info.run_id for it in old.runs()}
    made = pruned(old, mistaken)
    assert not made.success
    assert {it.info.run_id for it in old.runs()} == before
    assert len(read_newest(["small", "predictions", FIRST])) == DAYS[FIRST]


def keep_logs(home: Path) -> Path:
    """Let Dagster keep what steps print, as it does outside of tests; returns the folder."""
    logs, file = home / "compute_logs", home / "dagster.yaml"
    manager = {
        "module": LOCAL,
        "class": "LocalComputeLogManager",
        "config": {"base_dir": str(logs)},
    }
    file.write_text(yaml.safe_dump({**yaml.safe_load(file.read_text()), "compute_logs": manager}))
    return logs


def test_what_old_runs_and_ticks_printed_goes(old):
    kept, *_, first = old.instance.get_runs()
    logs = keep_logs(old.settings.dagster_home)
    printed = [logs / run.run_id / "compute_logs" / "a.err" for run in (kept, first)]
    tick = logs / "__repository__" / "small_drift_sensor" / "7.err"
    for path in (*printed, tick):
        path.parent.mkdir(parents=True)
        path.write_text("drift")
    assert pruned(old).success
    assert [path.exists() for path in (*printed, tick)] == [True, False, False]


def test_the_schedule_is_on_unless_retention_is_off():
    (schedule,) = retention("400d", list).schedules or ()
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    assert not retention("off", list).schedules
