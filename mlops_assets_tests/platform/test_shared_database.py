"""Two homes on one database, as two machines have them: one parent a run, and lost machines."""

import os
import subprocess
import sys
import time

import dagster as dg
import pytest

from mlops_assets.operations.health.dagster import dagster
from mlops_assets.operations.initialize import initialize
from mlops_assets.platform import heartbeats
from mlops_assets.platform.dagster.overlap import end_dead_runs, this_process
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings

pytestmark = [pytest.mark.postgres, pytest.mark.process]
RUNS = 50
OPEN_PARENTS = f"""
import sys
from mlops_assets.platform.mlflow.runs import DagsterRun, open_parent
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings

settings = Settings.from_environment()
client = open_store(settings)
print("ready", flush=True)
sys.stdin.readline()
for name in (f"run-{{number}}" for number in range({RUNS})):
    open_parent(client, DagsterRun(name, name, "job", "m", "raced"), settings)
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
    return Settings.from_environment()


def started(code: str, *command: str, **environment: str) -> subprocess.Popen:
    first = [*command] if command else [sys.executable, "-c", code]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen(first, text=True, env={**os.environ, **environment}, **pipes)


def test_two_homes_open_one_parent_for_a_run(shared, tmp_path):
    homes = [tmp_path / "one", tmp_path / "two"]
    running = [started(OPEN_PARENTS, MLOPS_ASSETS_HOME=str(home)) for home in homes]
    assert [process.stdout.readline() for process in running] == ["ready\n"] * 2
    for process in running:
        process.communicate("go\n")
    assert [process.returncode for process in running] == [0, 0]
    client = open_store(shared)
    found = client.search_runs([experiment_id(client, "raced", shared)], max_results=1000)
    assert sorted(run.data.tags["dagster_run_id"] for run in found) == sorted(
        f"run-{number}" for number in range(RUNS)
    )


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
