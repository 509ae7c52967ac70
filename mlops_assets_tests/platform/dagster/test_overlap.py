"""One retrain of a model at a time, and no run that stays in progress after its process died."""

import subprocess
import sys

import dagster as dg
import pytest

from mlops_assets.errors import InputError
from mlops_assets.platform.dagster.overlap import (
    PROCESS_TAG,
    end_dead_runs,
    refuse_overlap,
    this_process,
)
from mlops_assets_tests.world import WITHOUT_PROFILE, small_retrain


@pytest.fixture
def started(world):
    """Puts a run of the small model into progress, as if another process executed it."""
    world.save()

    def start(process: str) -> dg.DagsterRun:
        return world.instance.create_run_for_job(
            small_retrain(),
            status=dg.DagsterRunStatus.STARTED,
            tags={"model": "small", PROCESS_TAG: process},
        )

    return start


def dead_process() -> str:
    host = this_process().partition(":")[0]
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return f"{host}:{ended.pid}"


def test_a_second_retrain_is_refused_while_one_is_in_progress(world, started):
    run = started(this_process())
    with pytest.raises(InputError, match=f"run {run.run_id[:8]} is retraining small"):
        refuse_overlap(world.instance, "small")
    refuse_overlap(world.instance, "another_model")
    result = world.retrain(*WITHOUT_PROFILE)
    assert not result.success
    assert "one retrain of a model at a time" in world.children()["raw_data"].data.tags["reason"]


def test_the_run_that_began_first_goes_on(world, started):
    first = started(this_process())
    started(this_process())
    refuse_overlap(world.instance, "small", first.run_id)


def test_a_run_whose_process_died_is_failed_and_stands_in_nobodys_way(world, started):
    dead = started(dead_process())
    elsewhere = started("another-host:1")
    assert end_dead_runs(world.instance) == 1
    assert world.instance.get_run_by_id(dead.run_id).status == dg.DagsterRunStatus.FAILURE
    assert world.instance.get_run_by_id(elsewhere.run_id).status == dg.DagsterRunStatus.STARTED


def test_a_process_that_got_the_id_of_a_dead_one_keeps_no_run_alive(world, started):
    """As a restart of the machine, or of a container, gives the same ids again."""
    host, process, start = this_process().split(":")
    reused = started(f"{host}:{process}:{int(start) - 1}")
    own, earlier_release = started(this_process()), started(f"{host}:{process}")
    assert end_dead_runs(world.instance) == 1
    assert world.instance.get_run_by_id(reused.run_id).status == dg.DagsterRunStatus.FAILURE
    for run in (own, earlier_release):
        assert world.instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.STARTED


def test_a_retry_is_not_taken_for_dead_because_of_the_run_that_it_retries(world, started):
    dead = started(dead_process())
    assert end_dead_runs(world.instance) == 1
    retry = world.instance.create_run_for_job(
        small_retrain(),
        status=dg.DagsterRunStatus.STARTED,
        tags=dead.tags,  # as Dagster copies them
        parent_run_id=dead.run_id,
        root_run_id=dead.run_id,
    )
    assert end_dead_runs(world.instance) == 0
    assert world.instance.get_run_by_id(retry.run_id).status == dg.DagsterRunStatus.STARTED
