"""golden_record's own assets on a real Dagster, MLflow and warehouse: once a day, in one piece."""

import json
import re
import shutil
from dataclasses import dataclass
from datetime import date

import dagster as dg
import pandas as pd
import pytest
import sqlalchemy as sa

from mlops_assets.definitions import defs
from mlops_assets.platform.mlflow.recording import IN_PLACE_LENGTH
from mlops_assets.platform.mlflow.runs import PARENT_TAG
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.warehouse.reading import reading
from mlops_assets.simulators.citizens.warehouse_tables import add_day, fill
from mlops_assets.spec.monitoring import AS_OF_TAG
from mlops_assets_tests.world import QUIET, WITHOUT_PROFILE

pytestmark = pytest.mark.statistics

MODEL = "golden_record"
ASSETS = ["scored_pairs", "entity_map", "golden_records", "review_queue"]
FIRST, SECOND, THIRD = "2026-01-05", "2026-01-06", "2026-01-07"
ROWS, ARRIVALS = 2_000, 60


@dataclass
class Life:
    """golden_record on a warehouse of simulated citizens."""

    settings: Settings
    instance: dg.DagsterInstance
    loaded: dg.Definitions

    def run(self, job: str, *assets: str, **options) -> dg.ExecuteInProcessResult:
        """Execute a job of the model, or only the named assets of it."""
        return self.loaded.resolve_job_def(f"{MODEL}_{job}").execute_in_process(
            instance=self.instance,
            asset_selection=[dg.AssetKey([MODEL, name]) for name in assets] or None,
            raise_on_error=False,
            **options,
        )

    def day(self, day: str) -> dg.ExecuteInProcessResult:
        """The day's citizens are read, and the entities follow."""
        assert self.run("monitor", "live_data", partition_key=day).success
        return self.run("entities", partition_key=day)

    def arrive(self, day: str) -> None:
        """Some citizens register on that day."""
        given = {"seed": 5, "id_is": "person", "tell": lambda _: None}
        add_day(self.settings.warehouse_url, ARRIVALS, day=date.fromisoformat(day), **given)

    def table(self, name: str) -> pd.DataFrame:
        """A table of the warehouse as it is now."""
        with reading(self.settings.warehouse_url) as connection:
            return pd.read_sql_query(sa.text(f"select * from {name}"), connection)  # noqa: S608

    def runs(self, name: str) -> list:
        """The MLflow runs of one asset, the newest first."""
        client = open_store(self.settings)
        experiment = client.get_experiment_by_name("smart/golden_record/baseline_v1")
        found = client.search_runs([experiment.experiment_id], f"attributes.run_name = '{name}'")
        return [run for run in found if PARENT_TAG in run.data.tags]


@pytest.fixture(scope="module")
def life(tmp_path_factory, empty_store):
    """A trained model, two days of citizens, and the entities of both."""
    home = tmp_path_factory.mktemp("golden") / "home"
    (home / "mlflow").mkdir(parents=True)
    (home / "dagster").mkdir()
    shutil.copy(empty_store, home / "mlflow" / "mlflow.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLOPS_ASSETS_HOME", str(home))
        for name in ("MLFLOW_TRACKING_URI", "WAREHOUSE_URL", "LAKE_URL", "LEDGER_URL"):
            patch.delenv(name, raising=False)
        settings = Settings.from_environment()
        fill(settings.warehouse_url, ROWS, seed=5, id_is="person", replace=False, tell=print)
        with dg.instance_for_test(QUIET, temp_dir=str(home / "dagster")) as instance:
            life = Life(settings, instance, defs())
            tags = {AS_OF_TAG: "2026-01-04"}
            assert life.run("retrain", *WITHOUT_PROFILE, tags=tags).success
            assert life.day(FIRST).success
            life.arrive(SECOND)
            assert life.day(SECOND).success
            yield life


def test_every_record_has_a_golden_id_and_every_person_a_golden_record(life):
    entities, golden = life.table("entity_map"), life.table("golden_records")
    assert len(entities) == len(life.table("citizens")) == ROWS + ARRIVALS
    assert set(golden["golden_id"]) == set(entities["golden_id"])
    sizes = entities["golden_id"].value_counts()
    assert (golden["records"].to_numpy() == sizes[golden["golden_id"]].to_numpy()).all()


def test_each_value_comes_from_the_record_that_provenance_names(life):
    told = life.table("golden_records")
    citizens = life.table("citizens").set_index("citizen_id")
    several = told[told["records"] > 1]
    provenance = several["provenance"].map(json.loads)
    names = several["full_name"].to_numpy()
    sources = [fields["full_name"]["from"] for fields in provenance]
    assert (citizens.loc[sources, "full_name"].to_numpy() == names).all()


def test_only_the_second_days_citizens_were_compared_on_it(life):
    counted = life.runs("scored_pairs")[0].data.metrics
    assert (counted["records_new"], counted["records_changed"]) == (ARRIVALS, 0)
    since = life.table("entity_map")["since"].value_counts().to_dict()
    assert since == {FIRST: ROWS, SECOND: ARRIVALS}
    assert life.runs("golden_records")[0].data.metrics["touched"] <= ARRIVALS


def test_mlflow_has_a_run_of_each_asset_with_what_it_was_made_from(life):
    serving = life.table("entity_updates").iloc[-1]
    for name in ASSETS:
        run = life.runs(name)[0]
        assert run.info.status == "FINISHED"
        assert run.data.tags["asset_key"] == f"{MODEL}/{name}"
        assert run.data.tags["partition"] == SECOND
        assert run.data.params["model_id"] == serving["model_id"]
    assert serving["run_id"] == life.runs("entity_map")[0].info.run_id


def test_the_same_day_again_writes_nothing(life):
    before = {name: life.table(name) for name in ASSETS}
    assert life.run("entities", partition_key=SECOND).success
    for name, table in before.items():
        pd.testing.assert_frame_equal(life.table(name), table)
    assert life.runs("golden_records")[0].data.metrics["rows_added"] == 0


def test_a_day_before_changes_nothing_and_says_so(life):
    before = life.table("entity_updates")
    done = life.run("entities", partition_key=FIRST)
    assert done.success
    (made,) = done.asset_materializations_for_node(f"{MODEL}__entities")[:1]
    assert f"the tables are at {SECOND}" in made.metadata["summary"].value
    pd.testing.assert_frame_equal(life.table("entity_updates"), before)


def test_where_the_warehouse_refuses_all_four_have_failed(life):
    before = {name: life.table(name) for name in ASSETS}
    with sa.create_engine(life.settings.warehouse_url).begin() as connection:
        connection.exec_driver_sql(
            "create trigger no_more before insert on golden_records begin "
            "select raise(abort, 'disk full'); end"
        )
    try:
        life.arrive(THIRD)
        failed = life.day(THIRD)
    finally:
        with sa.create_engine(life.settings.warehouse_url).begin() as connection:
            connection.exec_driver_sql("drop trigger no_more")
    assert not failed.success
    (failure,) = failed.get_step_failure_events()
    said = failure.step_failure_data.error.to_string()
    assert "disk full" in said
    assert not [name for name in life.table("citizens")["full_name"].dropna() if name in said]
    for name in ASSETS:
        pd.testing.assert_frame_equal(life.table(name), before[name])
    assert {life.runs(name)[0].info.status for name in ASSETS} == {"FAILED"}
    assert life.run("entities", partition_key=THIRD).success
    assert len(life.table("entity_map")) == ROWS + 2 * ARRIVALS


def test_a_new_day_asks_for_the_entities(life):
    keys = [dg.AssetKey([MODEL, name]) for name in ASSETS]

    def asked(cursor=None):
        return dg.evaluate_automation_conditions(
            life.loaded, life.instance, asset_selection=dg.AssetSelection.assets(*keys),
            cursor=cursor, evaluation_time=pd.Timestamp("2026-01-09T05:00Z").to_pydatetime(),
        )  # fmt: skip

    quiet = asked()
    assert quiet.total_requested == 0
    life.arrive("2026-01-08")
    life.run("monitor", "live_data", partition_key="2026-01-08")
    due = asked(quiet.cursor)
    assert {due.get_num_requested(key) for key in keys} == {1}


def test_the_panels_show_merges_and_the_queue_without_an_identity(life):
    ids = life.table("citizens")["citizen_id"]
    panels = {name: panel(life, name) for name in ("golden_records", "review_queue")}
    assert "| records | agree on | differ in |" in panels["golden_records"]["merges"]
    queue = life.table("review_queue")
    assert len(queue)
    table = panels["review_queue"]["queue"]
    linked = re.findall(r"\[([0-9a-f]{16})\]\[why\]", table)
    pairs = set(queue["item"][queue["left_id"].notna()])
    assert len(linked) == min(len(pairs), 10)
    assert set(linked) <= pairs
    assert "[why]: /runs/" in table
    assert len(table) < IN_PLACE_LENGTH
    page = next(life.settings.mlflow_artifacts.rglob("review_queue.html")).read_text()
    assert all(f"<code>{item}</code>" in page for item in linked)
    shown = " ".join(f"{text}" for it in panels.values() for text in it.values()) + page
    assert not [name for name in ids if name in shown]
    assert not [name for name in life.table("citizens")["full_name"].dropna() if name in page]


def panel(life: Life, name: str) -> dict[str, object]:
    """What Dagster shows of the newest materialization."""
    event = life.instance.get_latest_materialization_event(dg.AssetKey([MODEL, name]))
    assert event
    materialization = event.asset_materialization
    assert materialization
    return {label: it.value for label, it in materialization.metadata.items()}
