"""A day is compared with the reference of the version that scored it, if it passes its checks."""

import json
import re
from datetime import date
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from mlops_assets.lifecycle import trained_model
from mlops_assets.monitoring.version_reference import load_version_reference
from mlops_assets.platform.dagster.day_metadata import newest_by_day
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets_tests.world import World

pytestmark = pytest.mark.process

DAYS = [f"2026-01-0{day}" for day in range(5, 9)]
REPORT = dg.AssetKey(["small", "drift_report"])


def people(rows: int, seed: int, *, older: float = 0.0) -> pd.DataFrame:
    """Who buys: the older and those with a car."""
    rng = np.random.default_rng(seed)
    age = rng.normal(45 + older, 10, rows)
    income, car = rng.gamma(3, 15, rows), rng.random(rows) < 0.6
    buys = rng.random(rows) < 1 / (1 + np.exp(-(0.15 * (age - 45) + car - 0.5)))
    city = rng.choice(["Berlin", "Paris", "Rome"], rows)
    table = {"age": age, "income": income, "city": city, "car": car, "y": buys.astype(int)}
    return pd.DataFrame(table)


@pytest.fixture
def served(world: World) -> World:
    """A version in production, and a file of live rows for every day."""
    world.spec["columns"] = {
        "numeric": ["age", "income"],
        "categorical": ["city"],
        "boolean": ["car"],
    }
    files = str(world.settings.home / "live-{day}.csv")
    world.spec["live"] = {"source": {"type": "csv", "path": files}}
    people(2_000, seed=0).to_csv(world.csv, index=False)
    world.begin()
    return world


def send(world: World, day: str, rows: pd.DataFrame) -> None:
    rows.to_csv(world.settings.home / f"live-{day}.csv", index=False)


def facts(world: World, day: str) -> dict:
    """What Dagster shows of the day's newest report."""
    newest = newest_by_day(world.instance, REPORT, [date.fromisoformat(day)], dict)
    return next(iter(newest.values()), {})


def checks(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {
        event.check_name: event.passed
        for event in result.get_asset_check_evaluations()
        if event.asset_key == REPORT
    }


def serving(world: World) -> str:
    """The model id of the version in production."""
    return RegisteredModel(world.client, "small").serving().tags["model_id"]


def reference_files(world: World, model_id: str) -> dict[str, bytes]:
    """What the store holds of a version's reference, whatever this process remembers of it."""
    place = world.client.get_logged_model(model_id).artifact_location.removeprefix("file://")
    return {path.name: path.read_bytes() for path in sorted((Path(place) / "reference").iterdir())}


def watch(world: World, day: str) -> dg.ExecuteInProcessResult:
    return world.monitor(day, "live_data", "predictions", "drift_report")


def test_a_quiet_day_a_shifted_one_and_one_too_small_to_tell(served):
    send(served, DAYS[0], people(600, seed=1))
    assert checks(watch(served, DAYS[0])) == {"no_data_drift": True, "no_prediction_drift": True}
    quiet = facts(served, DAYS[0])
    assert [quiet[name].split(":")[0] for name in ("summary", "prediction_summary")] == [
        "clean"
    ] * 2
    assert quiet["version"] == "1"
    assert quiet["drifted_share"] == 0 < quiet["worst_excess"] < 1

    send(served, DAYS[1], people(600, seed=2, older=8))
    result = watch(served, DAYS[1])
    assert result.success
    assert checks(result) == {"no_data_drift": False, "no_prediction_drift": False}
    shifted = facts(served, DAYS[1])
    assert shifted["verdict"] == "drift"
    assert shifted["drifted_share"] == 0.25
    assert shifted["worst_excess"] > 1
    assert shifted["summary"].startswith("drift in 1 of 4 columns (600 rows): age mean 4")
    first = shifted["columns"].splitlines()[2]
    assert re.match(r"\|age\|drift\|brings -0\.\d+, importance \d+ %; mean 4", first)
    assert re.match(r"roc_auc 0\.\d+ \[", shifted["what_it_costs"])
    assert re.search(
        r"; of what moved: age \(brings -0\.\d+, importance \d+ %\)$", shifted["what_it_costs"]
    )
    assert served.children()["drift_report"].data.metrics["brings/age"] < 0

    run = served.children()["drift_report"]
    names = {file.path for file in served.client.list_artifacts(run.info.run_id)}
    pictures = {"feature_drift.png", "prediction_drift.png"}
    assert {"drift.html", "drift.json", "drift_metrics.json", *pictures} <= names
    scores = json.loads(
        Path(served.client.download_artifacts(run.info.run_id, "drift_metrics.json")).read_text()
    )
    assert (scores["features"]["verdict"], scores["features"]["drifted"]) == ("drift", ["age"])
    mean = scores["features"]["columns"]["age"]["Wasserstein"]
    assert mean["drifted"]
    assert mean["score"] > mean["threshold"]
    document = served.client.download_artifacts(run.info.run_id, "drift.json")
    with open(document, encoding="utf-8") as file:
        said = json.load(file)
    assert [column["drifted"] for column in said["data"]["columns"]] == [True, False, False, False]
    assert said["predictions"]["columns"][0]["column"] == "probability_1"

    send(served, DAYS[2], people(12, seed=3, older=30))
    result = watch(served, DAYS[2])
    assert result.success
    assert checks(result) == {"no_data_drift": True, "no_prediction_drift": True}
    few = facts(served, DAYS[2])
    assert few["verdict"] == "inconclusive"
    assert re.fullmatch(r"inconclusive: 12 rows, \d+ needed", few["summary"])
    assert "too few rows" in few["columns"]
    assert "|drift|" not in few["columns"]


def test_the_reference_moves_with_the_version(served):
    first = serving(served)
    kept = reference_files(served, first)
    files = ["calibration.json", "days.parquet", "input_schema.json"]
    files += ["profiles.json", "sample.parquet"]
    assert list(kept) == files
    send(served, DAYS[0], people(600, seed=1, older=8))
    watch(served, DAYS[0])
    assert facts(served, DAYS[0])["verdict"] == "drift"

    people(2_000, seed=3, older=8).to_csv(served.csv, index=False)
    assert served.retrain_as_of("2026-01-06").success
    assert serving(served) != first
    assert watch(served, DAYS[0]).success
    again = facts(served, DAYS[0])
    assert (again["verdict"], again["version"]) == ("clean", "2")
    assert reference_files(served, first) == kept


def test_a_model_that_is_used_again_keeps_its_reference(served):
    model_id = serving(served)
    kept = reference_files(served, model_id)
    assert served.retrain_as_of("2026-01-05").success
    assert served.children()["trained_model"].data.metrics["reused"] == 1
    assert serving(served) == model_id
    assert reference_files(served, model_id) == kept


def test_a_model_left_without_a_reference_is_not_used_again(world, monkeypatch):
    def killed(*_):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(trained_model, "save_version_reference", killed)
        assert not world.retrain_as_of("2026-01-04").success
    assert len(world.client.search_logged_models([world.runs()[0].info.experiment_id])) == 1
    assert world.retrain_as_of("2026-01-04").success
    assert world.children()["trained_model"].data.metrics["reused"] == 0
    assert load_version_reference(world.client, serving(world)).data.rows == 400


def test_an_outage_never_becomes_drift_even_by_hand(served):
    send(served, DAYS[0], people(600, seed=1))
    assert watch(served, DAYS[0]).success
    before = facts(served, DAYS[0])
    # The source breaks, somebody reads the day again and then materializes the report alone.
    send(served, DAYS[0], people(600, seed=1).assign(income=np.nan))
    assert not served.monitor(DAYS[0], "live_data").success
    result = served.monitor(DAYS[0], "drift_report")
    assert not result.success
    assert facts(served, DAYS[0]) == before
    run = served.children()["drift_report"]
    assert run.info.status == "FAILED"
    assert "day_has_no_empty_column" in run.data.tags["reason"]


def test_a_version_without_a_reference_says_to_retrain(served):
    place = served.client.get_logged_model(serving(served)).artifact_location
    (Path(place.removeprefix("file://")) / "reference" / "profiles.json").unlink()
    send(served, DAYS[0], people(600, seed=1))
    assert not watch(served, DAYS[0]).success
    assert not facts(served, DAYS[0])
    assert "retrain the model" in served.children()["drift_report"].data.tags["reason"]


def at_hours(rows: pd.DataFrame, days: pd.DatetimeIndex, hours: range) -> pd.DataFrame:
    """The rows at these hours of the days; income is earned by day."""
    times = [day + pd.Timedelta(hours=hour) for day in days for hour in hours]
    rows = rows.head(len(times) * (len(rows) // len(times)))
    at = pd.DatetimeIndex(times).repeat(len(rows) // len(times))
    return rows.assign(at=at, income=rows["income"] + 100 * ((at.hour >= 6) & (at.hour < 18)))


@pytest.mark.parametrize(("expected", "verdict"), [({}, "drift"), ({"expected": "hour"}, "clean")])
def test_half_a_day_is_compared_with_the_same_hours_if_the_yaml_says_so(served, expected, verdict):
    served.spec |= {"timestamp": "at", "drift": {"income": expected} if expected else {}}
    training = pd.date_range("2025-12-06", "2026-01-04")
    at_hours(people(7_200, seed=0), training, range(24)).to_csv(served.csv, index=False)
    assert served.retrain_as_of("2026-01-04").success
    send(served, DAYS[0], at_hours(people(240, seed=1), pd.DatetimeIndex([DAYS[0]]), range(6, 14)))
    assert watch(served, DAYS[0]).success
    assert facts(served, DAYS[0])["verdict"] == verdict
    assert facts(served, DAYS[0])["thresholds_from"].startswith("30 reference days")
