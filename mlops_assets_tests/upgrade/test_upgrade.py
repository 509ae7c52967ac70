"""A home made by release 0.1: its versions predict, reproduce and roll back with today's code."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import dagster as dg
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from mlops_assets.client import ModelRegistry
from mlops_assets.features.code_version import code_version
from mlops_assets.features.columns import typed_features
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.platform.lake import read_newest
from mlops_assets.retraining.day_records import read_day
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.datasets import dataset_of_target
from mlops_assets_tests.kinds.fellegi_sunter.people import COLUMNS as PEOPLE

pytestmark = pytest.mark.process
HOME = Path(__file__).parent / "home_of_0_1.zip"
KINDS = {"churn": "sklearn", "people": "fellegi_sunter"}
DAY = "2026-01-08"


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory) -> Checkout:
    """A project with the models of the old home, restored from its backup by today's code."""
    folder = tmp_path_factory.mktemp("upgrade")
    checkout = make_checkout(folder / "checkout")
    with ZipFile(HOME) as archive:
        archive.extractall(folder)
    shutil.copytree(
        folder / "project" / "defs", checkout.folder / "mlops_assets" / "defs", dirs_exist_ok=True
    )
    for path in (folder / "project").glob("*.csv"):
        shutil.copy(path, checkout.folder)
    shutil.copytree(folder / "project" / "live", checkout.folder / "live")
    done(checkout, "restore", str(folder / "backup"), "--to", str(checkout.settings.home))
    return checkout


def done(checkout: Checkout, *arguments: str) -> str:
    """What a command printed that must succeed."""
    result = checkout.run(*arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def asked(checkout: Checkout, *arguments: str) -> Any:
    return json.loads(done(checkout, *arguments, "--json"))


def test_versions_of_before_are_in_production_with_their_drift(upgraded):
    churn, people = asked(upgraded, "models")
    assert (churn["production"]["version"], people["production"]["version"]) == ("2", "1")
    assert DAY in json.dumps(churn)
    assert "healthy" in done(upgraded, "doctor")


def test_days_of_before_are_read_from_their_panels(upgraded, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(upgraded.settings.dagster_home))
    with dg.DagsterInstance.get() as instance:
        facts = read_day(instance, "churn", date.fromisoformat(DAY))
    assert facts.live is not None
    assert (facts.live.rows, facts.live.outage) == (200, None)
    assert facts.drift is not None
    assert facts.drift.version == "2"
    assert facts.performance is not None
    assert facts.performance.learnable_rows == 200


@pytest.mark.parametrize(("model", "number"), [("churn", "1"), ("churn", "2"), ("people", "1")])
def test_a_version_is_refitted_with_the_code_that_it_kept(upgraded, model, number):
    found = asked(upgraded, "reproduce", model, number, "--tolerance", "1e-9")
    assert found["outcome"] in ("identical", "within tolerance")
    assert found["code"] == found["code_of_then"] != code_version(KINDS[model])
    assert found["changes"] == []


def test_todays_code_fits_the_same(upgraded):
    found = asked(upgraded, "reproduce", "churn", "2", "--todays-code")
    assert (found["outcome"], found["code"]) == ("identical", code_version("sklearn"))


def test_versions_of_before_predict(upgraded):
    registry = ModelRegistry(upgraded.settings, spec_of=lambda _: None)
    customers = pd.read_csv(upgraded.folder / "live" / f"{DAY}.csv")
    scores = registry.load_model("churn-model").predict(customers[["x", "c"]])["probability_1"]
    assert roc_auc_score(customers["y"], scores) > 0.8
    people = pd.read_csv(upgraded.folder / "people.csv", dtype="string")
    persons = pd.read_csv(upgraded.folder / "persons.csv", dtype="string")["person"]
    clusters = registry.load_model("people").predict(typed_features(people, PEOPLE))
    found = DEDUPLICATION.metrics(dataset_of_target(persons), clusters)
    assert found["f1_score"].value > 0.95


def test_the_version_of_before_comes_back_with_its_reference_and_a_retrain_follows(
    upgraded, monkeypatch
):
    done(upgraded, "rollback", "churn", "--reason", "worse than the one before")
    done(upgraded, "monitor", "churn", "--day", DAY)
    newest, older = asked(upgraded, "versions", "churn")
    assert (newest["stage"], older["stage"]) == ("rejected", "production")
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(upgraded.settings.home))
    assert read_newest(["churn", "predictions", DAY], Predictions).version == "1"
    done(upgraded, "retrain", "churn")
    newest = asked(upgraded, "versions", "churn")[0]
    assert (newest["version"], newest["stage"]) == ("3", "production")
    assert newest["code_version"] == code_version("sklearn")
