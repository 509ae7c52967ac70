"""The whole loop of heart_disease on a Ray cluster, of which a node is lost on the way."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import dagster as dg
import pytest
from dagster._core.launcher import WorkerStatus

from mlops_assets.spec.monitoring import AS_OF_TAG, WHY_TAG
from mlops_assets_tests.checkout import Checkout
from mlops_assets_tests.deploy.s3 import KEYS
from mlops_assets_tests.server import wait_until
from mlops_assets_tests.workers.away import (
    DRIFTED,
    MODEL,
    RUN_SECONDS,
    TRAINED,
    Away,
    away,
    checkout_of,
    metrics,
    statuses,
)
from mlops_assets_tests.workers.ray_nodes import TOKEN

pytestmark = [pytest.mark.process, pytest.mark.postgres]
FAILED_SECONDS = 120
PARTITION_TAG = "dagster/partition"


@dataclass(frozen=True)
class Played:
    """What has run on the cluster: the first retrain, a drifted day, and what the sensor did."""

    away: Away
    first: str
    day: str
    lost: str
    again: str
    seen: str
    """The command lines of a node, and Ray's list of jobs, while it executes a run."""


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Checkout:
    """The same in one process, with SQLite and files."""
    return checkout_of(tmp_path_factory.mktemp("here"), {})


@pytest.fixture(scope="module")
def played(tmp_path_factory, module_databases, here) -> Iterator[Played]:
    jobs = [(MODEL, "retrain", TRAINED), (MODEL, "monitor", DRIFTED), (MODEL, "retrain", DRIFTED)]
    with (
        ThreadPoolExecutor(1) as beside,
        away(tmp_path_factory.mktemp("away"), module_databases) as made,
    ):
        in_process = beside.submit(here.play, *jobs)
        done = _play(made)
        in_process.result()
        yield done


def _play(made: Away) -> Played:
    first = made.execute("retrain", **{AS_OF_TAG: TRAINED})
    day = made.execute("monitor", **{PARTITION_TAG: DRIFTED})
    lost = made.retrain_after(first)
    node = made.node_of(lost, "raw_data")
    lines = [" ".join(it.cmdline()) for it in node.processes()]
    seen = "\n".join(lines) + str(made.cluster.ask("api/jobs/"))
    wait_until(lambda: "trained_model" in statuses(made.settings, lost), RUN_SECONDS)
    node.kill()
    run = made.ended(lost)
    with made.instance() as instance:
        ask = partial(instance.run_launcher.check_run_worker_health, run)
        wait_until(lambda: ask().status is WorkerStatus.FAILED, FAILED_SECONDS)
    again = made.retrain_after(first, lost)
    made.ended(again)
    return Played(made, first, day, lost, again, seen)


def test_every_metric_is_that_of_a_run_in_one_process(played, here):
    with dg.DagsterInstance.from_config(str(here.settings.dagster_home)) as instance:
        again, day, first = (it.run_id for it in instance.get_runs())
    pairs = [(played.first, first), (played.day, day), (played.again, again)]
    for there, in_process in pairs:
        found = metrics(played.away.settings, there)
        assert found == metrics(here.settings, in_process)
        assert sum(map(len, found.values())) > 20


def test_the_drifted_day_led_to_the_retrain(played):
    with played.away.instance() as instance:
        tags = [instance.get_run_by_id(it).tags for it in (played.lost, played.again)]
    assert [it[AS_OF_TAG] for it in tags] == [DRIFTED, DRIFTED]
    assert DRIFTED in tags[0][WHY_TAG]
    assert all(it["dagster/sensor_name"] == f"{MODEL}_drift_sensor" for it in tags)


def test_a_lost_node_fails_its_run_in_both_with_a_reason(played):
    """Ray's own word, which `played` waits for, or the heartbeats: the first one says why."""
    told = r"Ray job|nothing was heard of trained_model"
    with played.away.instance() as instance:
        run = instance.get_run_by_id(played.lost)
        (failed,) = instance.all_logs(played.lost, of_type=dg.DagsterEventType.RUN_FAILURE)
    assert run.status is dg.DagsterRunStatus.FAILURE
    assert re.search(told, failed.message or failed.user_message)

    def ended() -> dict[str, tuple[str, str]]:
        found = statuses(played.away.settings, played.lost)
        return found if all(status != "RUNNING" for status, _ in found.values()) else {}

    found = wait_until(ended, FAILED_SECONDS)
    assert found["trained_model"][0] == "FAILED"
    assert re.search(told, found["trained_model"][1])


def test_the_model_is_retrained_on_the_node_that_is_left(played):
    with played.away.instance() as instance:
        assert instance.get_run_by_id(played.again).status is dg.DagsterRunStatus.SUCCESS


def test_a_run_reserves_what_defs_yaml_asks_for(played):
    """The actor that executes a job has its resources; the head has no core, so it is a node's."""
    actors = played.away.cluster.ask("api/v0/actors?detail=1")["data"]["result"]["result"]
    jobs = [it for it in actors if (it["name"] or "").endswith(played.again)]
    assert [it["required_resources"] for it in jobs] == [{"CPU": 1.0, "memory": 300.0 * 1024**2}]


def test_no_secret_is_on_a_command_line_or_in_rays_list_of_jobs(played):
    assert f"dagster-run-{played.lost}" in played.seen
    assert "run_worker api execute_run" in played.seen
    assert TOKEN not in played.seen
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in played.seen
    assert "postgresql" not in played.seen


def test_nodes_share_no_folder(played):
    homes = [played.away.settings.home.with_name(f"home_{it}") for it in ("one", "two")]
    assert all((home / "dagster" / "dagster.yaml").exists() for home in homes)
    assert not (played.away.settings.home / "dagster" / "compute_logs").exists()
