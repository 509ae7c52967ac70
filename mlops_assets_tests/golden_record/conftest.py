"""golden_record as it ships: retrained once, monitored on a quiet and on a drifted day."""

from dataclasses import dataclass, field, replace
from typing import Any

import dagster as dg
import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa

from mlops_assets.data.sources.sql import SqlSource
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.warehouse.writing import writing
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.databases import DATABASES

MODEL, EXPERIMENT = "golden_record", "smart/golden_record/baseline_v1"
ENTITIES = ("scored_pairs", "entity_map", "golden_records", "review_queue")
TRAINED, QUIET, DRIFTED = "2026-01-04", "2026-01-05", "2026-01-06"
ROWS, ARRIVALS = 2500, 60
DEFAULT = "0000000000"


@dataclass(frozen=True)
class Lived:
    """A checkout in which the model has lived, and what it left behind."""

    checkout: Checkout
    said: str = ""
    """What `mlops-assets monitor` printed about the quiet day."""
    ids: pd.DataFrame = field(default_factory=pd.DataFrame)
    """The table `entity_map` after that day."""

    @property
    def client(self) -> Any:
        """The MLflow store."""
        return open_store(self.checkout.settings)

    def runs(self) -> list:
        """Every MLflow run, the newest first."""
        experiment = self.client.get_experiment_by_name(EXPERIMENT)
        return list(self.client.search_runs([experiment.experiment_id]))

    def run(self, asset: str, day: str = "none") -> Any:
        """The run of one materialization."""
        (found,) = [
            run
            for run in self.runs()
            if run.info.run_name == asset and run.data.tags["partition"] == day
        ]
        return found

    def files(self, asset: str, day: str = "none") -> set[str]:
        """The artifacts of one materialization, by name."""
        return {it.path for it in self.client.list_artifacts(self.run(asset, day).info.run_id)}

    def text(self, asset: str, name: str, day: str = "none") -> str:
        """What an artifact says."""
        path = self.client.download_artifacts(self.run(asset, day).info.run_id, name)
        with open(path, encoding="utf-8") as file:
            return file.read()

    def checks(self, asset: str, day: str = "none") -> dict[str, tuple[bool, str]]:
        """Whether each check of one materialization passed, and what it observed."""
        run_id = self.run(asset, day).data.tags["dagster_run_id"]
        evaluated = dg.DagsterEventType.ASSET_CHECK_EVALUATION
        home = str(self.checkout.settings.dagster_home)
        with dg.DagsterInstance.from_config(home) as instance:
            records = instance.get_records_for_run(run_id, of_type=evaluated).records
        found = [it.event_log_entry.dagster_event.asset_check_evaluation_data for it in records]
        return {
            it.check_name: (it.passed, it.metadata["observed"].value)
            for it in found
            if it.asset_key == dg.AssetKey([MODEL, asset])
        }


@pytest.fixture(params=DATABASES, scope="session")
def golden_record(request, tmp_path_factory) -> Checkout:
    """A checkout with this model alone, on an empty warehouse of either kind."""
    return make_golden_record(request, tmp_path_factory)


def make_golden_record(request, tmp_path_factory) -> Checkout:
    folder = tmp_path_factory.mktemp(request.param)
    checkout = make_checkout(folder, models=(MODEL, f"{MODEL}_entities"))
    if request.param == "sqlite":
        return checkout
    url, name = request.getfixturevalue("postgres"), folder.name.replace("-", "_")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    own = {"WAREHOUSE_URL": url.replace("/postgres?", f"/{name}?")}
    return replace(checkout, environment={**checkout.environment, **own})


@pytest.fixture(scope="session")
def lived(golden_record) -> Lived:
    """Retrained; a day with new citizens; a day on which three mobiles in ten are 0000000000."""
    seed(golden_record, "--rows", str(ROWS))
    golden_record.play((MODEL, "retrain", TRAINED))
    seed(golden_record, "--arrivals", str(ARRIVALS), "--day", QUIET)
    done = golden_record.run("monitor", MODEL, "--day", QUIET)
    assert done.returncode == 0, done.stdout + done.stderr
    ids = SqlSource(table="entity_map").read(golden_record.settings)
    citizens = sa.table("citizens", sa.column("citizen_id"), sa.column("mobile"))
    three_in_ten = sa.or_(*(citizens.c.citizen_id.endswith(digit) for digit in "123"))
    with writing(golden_record.settings.warehouse_url) as connection:
        connection.execute(sa.update(citizens).where(three_in_ten).values(mobile=DEFAULT))
    golden_record.play((MODEL, "monitor", DRIFTED), (MODEL, "entities", DRIFTED))
    return Lived(golden_record, done.stdout, ids)


def seed(checkout: Checkout, *words: str) -> None:
    done = checkout.run("seed-citizens", *words)
    assert done.returncode == 0, done.stdout + done.stderr
