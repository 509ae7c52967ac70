"""Two homes on one database, as two machines have them: one parent a run, and lost machines."""

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import dagster as dg
import pytest

from mlops_assets.cli.servers import only_one
from mlops_assets.data.prediction_log.entry import Torn
from mlops_assets.data.prediction_log.reading import bounds_of, entries_between
from mlops_assets.errors import InputError
from mlops_assets.operations.health.dagster import dagster
from mlops_assets.operations.initialize import initialize
from mlops_assets.platform import heartbeats
from mlops_assets.platform.dagster.overlap import end_dead_runs, this_process
from mlops_assets.platform.lake import read_newest
from mlops_assets.platform.mlflow.runs import PARENT_TAG, experiment_id
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Ledger
from mlops_assets_tests.data.prediction_log.test_prediction_log import DAY

pytestmark = [pytest.mark.postgres, pytest.mark.process]
RUNS, HOMES = 50, ["one", "two"]
RACE = """
import sys
from datetime import timedelta
from mlops_assets.data.prediction_log.packing import pack
from mlops_assets.platform.lake import write_newest
from mlops_assets.platform.mlflow.runs import DagsterRun, log_values, open_child, open_parent
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Entry, Ledger
from mlops_assets_tests.data.prediction_log.test_prediction_log import LATER, NOON, line, write
from mlops_assets_tests.world import small_table

home, runs = sys.argv[1], int(sys.argv[2])
settings = Settings.from_environment()
client, ledger = open_store(settings), Ledger(settings.ledger_url)
print("ready", flush=True)
sys.stdin.readline()
for number in range(runs):
    run = DagsterRun(f"run-{number}", f"run-{number}", "job", "m", "raced")
    parent = open_parent(client, run, settings)
    child = open_child(client, parent, home, run, settings)
    log_values(client, child.info.run_id, params={"number": number}, metrics={"number": number})
    client.log_metric(parent.info.run_id, home, number)
    with ledger.changing("m") as writer:
        entry = Entry(model="m", action="stage", version=str(number), actor=home, kind="done")
        writer.append(entry)
    at = NOON + timedelta(days=number)
    write(settings.home, line(number, at, request=home), hour=f"{at:%Y-%m-%dT%H}")
    pack(settings, "small", LATER + timedelta(days=number))
    write_newest(["m", "raw_data", str(number)], small_table(number + 1))
"""
RECORD = """
import sys
from mlops_assets.platform.dagster.overlap import this_process
from mlops_assets.platform.heartbeats import beating
from mlops_assets.platform.settings import Settings

with beating(Settings.from_environment(), sys.argv[1], "trained_model", this_process()):
    print("recording", flush=True)
    sys.stdin.readline()
"""


@dg.job
def any_job():
    pass


@pytest.fixture
def shared(home, new_database, tmp_path, monkeypatch) -> Settings:
    """A home whose MLflow and ledger are in one PostgreSQL database."""
    url = new_database()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
    monkeypatch.setenv("LEDGER_URL", url)
    monkeypatch.setenv("MLFLOW_ARTIFACT_ROOT", str(tmp_path / "artifacts"))
    monkeypatch.setenv("LAKE_URL", str(tmp_path / "lake"))
    return Settings.from_environment()


def started(code: str, *command: str, **environment: str) -> subprocess.Popen:
    first = [*command] if command else [sys.executable, "-c", code]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen(first, text=True, env={**os.environ, **environment}, **pipes)


def raced(tmp_path, runs: int) -> None:
    """Two homes record the same runs at the same time."""
    homes = {name: str(tmp_path / name) for name in HOMES}
    command = sys.executable, "-c", RACE
    running = [
        started("", *command, name, str(runs), MLOPS_ASSETS_HOME=home)
        for name, home in homes.items()
    ]
    assert [process.stdout.readline() for process in running] == ["ready\n"] * 2
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.wait() for process in running] == [0, 0]


def test_two_homes_open_one_parent_for_a_run_and_lose_no_write(shared, tmp_path):
    raced(tmp_path, RUNS)
    numbers = [f"run-{number}" for number in range(RUNS)]
    client = open_store(shared)
    found = client.search_runs([experiment_id(client, "raced", shared)], max_results=1000)
    parents = [run for run in found if PARENT_TAG not in run.data.tags]
    assert sorted(run.data.tags["dagster_run_id"] for run in parents) == sorted(numbers)
    ids = {run.info.run_id: run.data.tags["dagster_run_id"] for run in parents}
    children = [run for run in found if PARENT_TAG in run.data.tags]
    assert Counter(ids[it.data.tags[PARENT_TAG]] for it in children) == dict.fromkeys(numbers, 2)
    for run in found:
        number = float(run.data.tags["dagster_run_id"].partition("-")[2])
        names = HOMES if run in parents else ["number"]
        assert {name: run.data.metrics.get(name) for name in names} == dict.fromkeys(names, number)
    entries = Ledger(shared.ledger_url).history("m")
    assert sorted((it.actor, int(it.version)) for it in entries) == sorted(
        (home, number) for home in HOMES for number in range(RUNS)
    )
    for number in range(RUNS):
        begin, end = bounds_of(DAY + timedelta(days=number), "UTC")
        asked = [it.request for it in entries_between(shared, "small", begin, end, Torn())]
        assert sorted(asked) == HOMES
        assert len(read_newest(["m", "raw_data", str(number)])) == number + 1


@pytest.fixture
def elsewhere() -> list[str]:
    """The start of a command that runs on a host of another name."""
    command = ["unshare", "--uts", "sh", "-c", 'hostname lost-machine && exec "$@"', "sh"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("another host name needs `unshare` and the rights for it")
    return command


def test_a_run_on_a_lost_machine_is_failed_and_one_that_beats_is_not(
    shared, elsewhere, monkeypatch
):
    initialize(shared, [])
    with dg.DagsterInstance.ephemeral() as instance:
        state = dg.DagsterRunStatus.STARTED
        runs = [instance.create_run_for_job(any_job, status=state) for _ in range(2)]
        lost, beating = (
            started("", *elsewhere, sys.executable, "-c", RECORD, run.run_id) for run in runs
        )
        assert lost.stdout.readline() == beating.stdout.readline() == "recording\n"
        assert end_dead_runs(instance) == 0
        lost.kill()
        lost.communicate()
        monkeypatch.setattr(heartbeats, "LOST_SECONDS", 2)
        seen = {it.run_id: it for it in heartbeats.hearts(shared)}
        assert seen[runs[0].run_id].process.startswith("lost-machine:")
        time.sleep(2.5 - min(2.4, seen[runs[0].run_id].silence))
        heartbeats._beat(  # as the one that lives does every 15 s
            shared.shared_database, tuple(seen[runs[1].run_id][:3])
        )
        assert "nothing was heard of trained_model on lost-machine for" in dagster(shared).seen
        assert end_dead_runs(instance) == 1
        assert [instance.get_run_by_id(run.run_id).status.value for run in runs] == [
            "FAILURE",
            "STARTED",
        ]
        assert [it.run_id for it in heartbeats.hearts(shared)] == [runs[1].run_id]
        beating.communicate("end\n")
        assert heartbeats.hearts(shared) == []


def test_a_process_of_this_host_is_told_by_itself_however_long_it_is_silent(shared, monkeypatch):
    monkeypatch.setattr(heartbeats, "LOST_SECONDS", -1)
    host = this_process().split(":")[0]
    with heartbeats.beating(shared, "a run", "a step", this_process()):
        (found,) = heartbeats.hearts(shared)
        assert not found.is_lost(host)
        assert found.is_lost("another host")


def test_two_machines_have_one_daemon_for_a_dagster_database(
    home, new_database, tmp_path, monkeypatch
):
    monkeypatch.setenv("DAGSTER_STORAGE_URL", new_database())
    one = Settings.from_environment()
    two = one.model_copy(update={"home": tmp_path / "two"})
    whose = f"already: host {socket.gethostname()}, process {os.getpid()}"
    with only_one(one, "Dagster"), pytest.raises(InputError, match=whose), only_one(two, ""):
        pass
    with only_one(two, "Dagster"):
        pass
