"""The daemon is killed, with its code server and its runs, at every step of two episodes.

`quick` trains in no time, `slow` for hours the first time it is retrained: when the retrain of
the one is over, that of the other still runs, and the same kill hits both.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg
import pytest
from dagster._core.scheduler.instigation import InstigatorType, TickStatus

from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.retraining.loop_state import TAG
from mlops_assets.retraining.reading import UNFINISHED
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.server import dagster_daemon, wait_until

pytestmark = pytest.mark.process

MODEL = """
type: mlops_assets.component.ModelLifecycle
attributes:
  name: {name}
  source: {{type: simulator, name: heart_disease, rows: 400, days: 2,
           shift: {{chol: 2, age: 1.5}}, shift_since: 2026-01-07}}
  identity: [patient_id]
  target: target
  columns: {{numeric: [age, chol, thalach, oldpeak]}}
  model:
    type: sklearn
    estimator: sklearn.linear_model.SGDClassifier
    params: {{loss: log_loss, max_iter: {passes}, tol: null}}
  retrain: {{on: [drift, performance], cooldown: 2, least_new_labels: 50, attempts: 2,
            check_every: 10}}
  schedule: {{status: off}}
"""
MODELS = ("quick", "slow")
IN_NO_TIME, FOR_HOURS = 100, 1_000_000_000  # passes through the table
TRAINED, DRIFTED, AFTER = "2026-01-05", ("2026-01-07", "2026-01-08"), "2026-01-10"
PATIENCE = 300  # seconds for whatever has to happen; a loaded machine takes its time


@dataclass(frozen=True)
class Loop:
    """What Dagster and the registry remember of one model, whoever is alive to see it."""

    checkout: Checkout
    instance: dg.DagsterInstance
    model: str

    @property
    def retrains(self) -> list[dg.RunRecord]:
        """The runs that its sensor asked for, oldest first."""
        tags = {"dagster/sensor_name": self.sensor}
        return list(self.instance.get_run_records(dg.RunsFilter(tags=tags), ascending=True))

    @property
    def statuses(self) -> list[dg.DagsterRunStatus]:
        """What became of those runs."""
        return [record.dagster_run.status for record in self.retrains]

    @property
    def sensor(self) -> str:
        """The name of its sensor."""
        return f"{self.model}_drift_sensor"

    @property
    def version(self) -> str:
        """The version in production."""
        client = open_store(self.checkout.settings)
        return str(RegisteredModel(client, self.model).serving().version)

    @property
    def trains(self) -> bool:
        """Whether a retrain of the sensor is in the middle of its training."""
        started = {dg.DagsterEventType.STEP_START, dg.DagsterEventType.STEP_SUCCESS}
        of_run = self.instance.get_records_for_run(self.retrains[-1].dagster_run.run_id)
        events = [it.event_log_entry.dagster_event for it in of_run.records]
        step = f"{self.model}__trained_model"
        seen = [it.event_type for it in events if it and it.step_key == step]
        return len(started.intersection(seen)) == 1

    @property
    def says(self) -> str:
        """What the newest tick of its sensor said."""
        state = self._state
        ticks = self.instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)
        return str(ticks[0].skip_reason) if ticks[0].status == TickStatus.SKIPPED else ""

    def train(self, passes: int) -> None:
        """From now on, train with so many passes through the table."""
        self.checkout.model(self.model, MODEL.format(name=self.model, passes=passes))

    def forget(self) -> None:
        """Delete the sensor's cursor, and all else that the daemon knows of it."""
        state = self._state
        self.instance.delete_instigator_state(state.instigator_origin_id, state.selector_id)

    @property
    def _state(self):
        states = self.instance.all_instigator_state(instigator_type=InstigatorType.SENSOR)
        return next(state for state in states if state.instigator_name == self.sensor)


@pytest.fixture(scope="module")
def loops(tmp_path_factory) -> Iterator[dict[str, Loop]]:
    """Two models in production, each with two days of drift that no sensor has seen yet."""
    checkout = make_checkout(tmp_path_factory.mktemp("killed"))
    for name in MODELS:
        checkout.model(name, MODEL.format(name=name, passes=IN_NO_TIME))
    checkout.play(
        *[(name, "retrain", TRAINED) for name in MODELS],
        *[(name, "monitor", day) for name in MODELS for day in DRIFTED],
    )
    home = str(checkout.settings.dagster_home)
    with dg.DagsterInstance.from_config(home) as instance:
        yield {name: Loop(checkout, instance, name) for name in MODELS}


@pytest.fixture(scope="module")
def lived_through(loops) -> dict[str, Loop]:
    """The episodes of both models, from the drift to a later quiet day, with all the kills."""
    quick, slow = loops.values()
    slow.train(FOR_HOURS)
    with dagster_daemon(quick.checkout):
        wait_until(lambda: quick.retrains or slow.retrains, PATIENCE)
    with dagster_daemon(quick.checkout):
        success = [dg.DagsterRunStatus.SUCCESS]
        wait_until(lambda: quick.statuses == success and slow.retrains and slow.trains, PATIENCE)
    assert [status in UNFINISHED for status in slow.statuses] == [True]
    quick.forget()
    slow.train(IN_NO_TIME)
    with dagster_daemon(quick.checkout):
        wait_until(lambda: dg.DagsterRunStatus.SUCCESS in slow.statuses, PATIENCE)
    slow.forget()
    quick.checkout.play(*[(name, "monitor", AFTER) for name in loops])
    with dagster_daemon(quick.checkout):
        wait_until(lambda: all(it.says == f"clean on {AFTER}" for it in loops.values()), PATIENCE)
    return loops


@pytest.mark.parametrize("name", MODELS)
def test_one_retrain_comes_through_and_serves(lived_through, name):
    loop = lived_through[name]
    assert loop.statuses.count(dg.DagsterRunStatus.SUCCESS) == 1
    assert loop.version == "2"


def test_a_retrain_that_ended_before_the_kill_is_not_repeated(lived_through):
    assert len(lived_through["quick"].retrains) == 1


def test_a_retrain_that_was_killed_is_tried_once_more(lived_through):
    first, second = lived_through["slow"].retrains
    assert first.dagster_run.status == dg.DagsterRunStatus.FAILURE
    numbers = [run.dagster_run.tags[f"{TAG}number"] for run in (first, second)]
    assert numbers == ["1", "2"]


@pytest.mark.parametrize("name", MODELS)
def test_never_two_retrains_at_once(lived_through, name):
    runs = lived_through[name].retrains
    ended = [run.end_time for run in runs]
    began = [run.start_time for run in runs]
    assert all(end <= begin for end, begin in zip(ended, began[1:], strict=False))


def test_mlflow_knows_which_of_them_were_killed(lived_through):
    loop = lived_through["slow"]
    client = open_store(loop.checkout.settings)
    experiment = client.get_experiment_by_name("slow")
    assert experiment
    runs = client.search_runs([experiment.experiment_id])
    killed = loop.retrains[0].dagster_run.run_id
    of_killed = {run.info.status for run in runs if run.data.tags["dagster_run_id"] == killed}
    assert of_killed == {"FINISHED", "FAILED"}
    assert "RUNNING" not in {run.info.status for run in runs}
