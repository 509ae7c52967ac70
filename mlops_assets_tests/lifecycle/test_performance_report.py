"""Labels arrive, late or not at all, and each day's report says what they say. On real stores."""

import gzip
import json
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlops_assets.monitoring import version_reference
from mlops_assets.monitoring.performance.claims import CLAIMS
from mlops_assets.monitoring.performance.record import PerformanceReport
from mlops_assets.platform.lake import read_newest
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.platform.mlflow.version_tags import plain
from mlops_assets.tasks.metrics.metric import written
from mlops_assets_tests.world import World

ROWS = 300
# The drift report takes longer than all the rest, and these tests are not about it.
DAILY = ("live_data", "predictions", "performance_report")
DAYS = ("2026-01-05", "2026-01-06")


def rows_of(seed: int, rows: int = ROWS) -> pd.DataFrame:
    """Rows of a day: `x` decides `y`, but for a tenth of them."""
    draw = np.random.default_rng(seed)
    x = draw.random(rows)
    y = (x > 0.5) ^ (draw.random(rows) < 0.1)
    ids = [f"person-{seed}-{place}" for place in range(rows)]
    return pd.DataFrame(
        {"id": ids, "x": x, "c": draw.choice(list("abc"), rows), "y": y.astype(int)}
    )


def monitored(
    world: World,
    *,
    identity: bool = True,
    labels: bool = False,
    table: pd.DataFrame | None = None,
) -> World:
    """A model that serves since 2026-01-04, before its first live day."""
    (rows_of(0, 800) if table is None else table).to_csv(world.csv, index=False)
    world.spec["identity"] = ["id"] if identity else []
    world.spec["live"] = {"source": file_a_day(world, "live")}
    if labels:
        world.spec["live"]["labels"] = file_a_day(world, "labels")
    world.begin()
    return world


def judged(world: World, *, identity: bool = True) -> World:
    """The same after its first live day, which was judged."""
    monitored(world, identity=identity)

    def live() -> None:
        bring(world, "live", DAYS[0], rows_of(5))
        assert world.monitor(DAYS[0], *DAILY).success

    world.kept.fill(world.settings.home, f"a day was judged, {identity=}", live)
    return world


def file_a_day(world: World, name: str) -> dict:
    return {"type": "csv", "path": str(world.settings.home / f"{name}-{{day}}.csv")}


def bring(world: World, name: str, day: str, table: pd.DataFrame) -> Path:
    path = world.settings.home / f"{name}-{day}.csv"
    table.to_csv(path, index=False)
    return path


def seed_of(day: str) -> int:
    return date.fromisoformat(day).day


def report(day: str) -> PerformanceReport:
    return read_newest(["small", "performance_report", day], PerformanceReport)


def panel(result) -> dict:
    events = result.asset_materializations_for_node("small__performance_report")
    return {name: it.value for name, it in events[0].metadata.items()}


def checks(result) -> dict:
    found = {it.check_name: it for it in result.get_asset_check_evaluations()}
    return {name: found[name] for name in CLAIMS}


def failure(result) -> str:
    data = result.failure_data_for_node("small__performance_report")
    assert data is not None
    return str(data.error)


def artifacts(world: World, name: str) -> Path:
    run = world.children()["performance_report"]
    return Path(world.client.download_artifacts(run.info.run_id, name))


def test_labels_in_the_live_rows_are_judged_at_once(world):
    monitored(world)
    bring(world, "live", DAYS[0], rows_of(5))
    result = world.monitor(DAYS[0], *DAILY)
    assert result.success
    seen = panel(result)
    assert (seen["version"], seen["performance"]) == ("1", "ok")
    assert f"{ROWS} of {ROWS} rows have labels" in seen["summary"]
    assert "roc_auc" in seen["summary"]
    tags = plain(world.client.get_model_version("small", "1").tags)
    holdout = json.loads(tags["holdout_metrics"])
    metrics = world.children()["performance_report"].data.metrics
    assert metrics["metric_bound"] == pytest.approx(holdout["roc_auc"] - 0.05)
    assert metrics["seconds_per_1000_rows"] > 0
    assert seen["target_drift"].startswith("clean")
    assert not {"metric_value", "metric_low", "accuracy"} & set(seen)
    # Numbers that Dagster plots come after the tables and links, and are few.
    assert [name for name, it in seen.items() if isinstance(it, int | float)] == [
        "roc_auc",
        "estimated_roc_auc",
        "excess",
        "labelled_rows",
        "learnable_rows",
    ]
    assert seen["roc_auc"] == pytest.approx(metrics["roc_auc"], abs=5e-5)
    value, low, high = (metrics[f"roc_auc{end}"] for end in ("", "_low", "_high"))
    assert seen["summary"].startswith(f"roc_auc {' '.join(written(value, low, high))} is ")
    assert {"over_days", "confusion_matrix"} <= set(seen)
    assert all(check.passed for check in checks(result).values())


def test_a_day_judged_twice_says_the_same_and_leaves_every_figure_in_mlflow(world):
    judged(world)
    before = report(DAYS[0])
    assert world.monitor(DAYS[0], "performance_report").success
    assert report(DAYS[0]) == before
    run = world.children()["performance_report"]
    assert run.info.status == "FINISHED"
    metrics = run.data.metrics
    assert metrics["labelled_rows"] == ROWS
    assert metrics["roc_auc_low"] <= metrics["roc_auc"] <= metrics["roc_auc_high"]
    assert run.data.tags["performance"] == "ok"
    assert report(DAYS[0]) == PerformanceReport.model_validate_json(
        artifacts(world, "performance.json").read_text()
    )
    slices = pd.read_csv(artifacts(world, "slices.csv"))
    assert slices["worse_by"].is_monotonic_decreasing
    errors = artifacts(world, "errors.csv").read_text()
    assert "***" in errors
    assert "person-" not in errors


def test_labels_that_arrive_later_are_judged_when_the_day_is_materialized_again(world):
    monitored(world, labels=True)
    for day in DAYS:
        bring(world, "live", day, rows_of(seed_of(day)).drop(columns="y"))
        result = world.monitor(day, *DAILY)
        assert result.success
        seen = panel(result)
        assert seen["performance"] == "unknown"
        assert seen["summary"] == f"no labels yet: 0 of {ROWS} rows"
        assert "metric_value" not in seen
        assert seen["estimate"].startswith("ok, expected from the calibrated probabilities alone")
        assert "blind to a change of concept" in seen["estimate"]
        assert "| roc_auc | 0." in seen["metrics"]
        assert {"over_days", "estimated_roc_auc"} <= set(seen)
        assert all(check.passed for check in checks(result).values())
    other = report(DAYS[1])
    late = rows_of(5)[["id", "y"]].sample(250, random_state=0)
    bring(world, "labels", DAYS[0], pd.concat([late, rows_of(6)[["id", "y"]]]))
    again = world.monitor(DAYS[0], "performance_report")
    assert again.success
    assert panel(again)["performance"] == "ok"
    assert f"250 of {ROWS} rows have labels" in panel(again)["summary"]
    document = json.loads(artifacts(world, "performance_metrics.json").read_text())
    truth, expected = (document[it] for it in ("metrics", "estimated_without_labels"))
    assert truth["roc_auc"]["value"] == report(DAYS[0]).metrics["roc_auc"].value
    assert expected["roc_auc"]["low"] < truth["roc_auc"]["value"] < expected["roc_auc"]["high"]
    assert panel(again)["metrics"].splitlines()[0].endswith("| estimated without labels |")
    assert report(DAYS[0]).labelled_rows == 250
    assert report(DAYS[1]) == other


def test_late_labels_of_a_day_from_before_a_context_column_are_judged(world):
    monitored(world, labels=True)
    bring(world, "live", DAYS[0], rows_of(5).drop(columns="y"))
    assert world.monitor(DAYS[0], *DAILY).success
    world.spec["context"] = {"sensitive": ["sex", "c"], "weight": "exposure"}
    bring(world, "labels", DAYS[0], rows_of(5)[["id", "y"]])
    again = world.monitor(DAYS[0], "performance_report")
    assert again.success, failure(again)
    assert panel(again)["performance"] == "ok"
    assert f"{ROWS} of {ROWS} rows have labels" in panel(again)["summary"]
    assert "sex" not in artifacts(world, "errors.csv").read_text()


def test_a_version_that_stored_no_calibration_says_so(world):
    judged(world)
    model_id = model_id_of(world.client.get_model_version("small", "1"))
    place = world.client.get_logged_model(model_id).artifact_location.removeprefix("file://")
    (Path(place) / "reference" / "calibration.json").unlink()
    version_reference._loaded_calibration.cache_clear()  # as another process would find it
    result = world.monitor(DAYS[0], "performance_report")
    assert result.success
    assert panel(result)["estimate"].startswith("none: an older release trained the version")
    assert report(DAYS[0]).performance.status == "ok"
    assert not any(it.startswith("estimated") for it in panel(result))


def test_the_parity_of_labelled_days_is_a_series(world):
    world.spec["context"] = {"sensitive": ["sex"]}
    world.spec["packs"] = [{"type": "fairness", "reference": {"sex": "w"}}]
    people = rows_of(5).assign(sex=["w", "m", "m", "w"] * 75)
    people.loc[:9, "sex"] = "d"
    monitored_people = rows_of(0, 800).assign(sex=["w", "m"] * 400)
    monitored(world, table=monitored_people)
    bring(world, "live", DAYS[0], people)
    result = world.monitor(DAYS[0], *DAILY)
    assert result.success, failure(result)
    seen, metrics = panel(result), world.children()["performance_report"].data.metrics
    name = "statistical_parity_difference"
    assert (
        "Fewer than 30 rows of sex d, so it is not judged by: selection_rate 10, "
        in seen["fairness"]
    )
    assert seen[name] == pytest.approx(metrics[name], rel=1e-3)
    assert metrics[f"{name}_low"] <= metrics[name] <= metrics[f"{name}_high"]
    assert name in json.loads(artifacts(world, "performance_metrics.json").read_text())["metrics"]
    kept = json.loads(artifacts(world, "fairness.json").read_text())["differences"]
    assert {it["reference"] for it in kept} == {"w"}
    # A day without the reference group compares with the largest one.
    bring(world, "live", DAYS[1], rows_of(6).assign(sex=["a", "b", "b"] * 100))
    assert world.monitor(DAYS[1], *DAILY).success
    kept = json.loads(artifacts(world, "fairness.json").read_text())["differences"]
    assert {it["reference"] for it in kept} == {"b"}


def test_turned_labels_are_a_drop_and_the_check_warns(world):
    judged(world)
    bring(world, "live", DAYS[1], rows_of(6).assign(y=lambda rows: 1 - rows["y"]))
    result = world.monitor(DAYS[1], *DAILY)
    assert result.success
    assert panel(result)["performance"] == "dropped"
    check = checks(result)["performance_holds"]
    assert not check.passed
    assert check.severity.value == "WARN"
    assert "is past its bound" in check.metadata["observed"].value


def test_a_regression_is_watched_by_its_own_metric(world):
    draw = np.random.default_rng(0)
    x = draw.random(800)
    table = pd.DataFrame({"x": x, "c": "a", "y": 3 * x + draw.normal(0, 0.1, 800)})
    table.to_csv(world.csv, index=False)
    estimator = "sklearn.linear_model.LinearRegression"
    world.spec |= {"task": "regression", "gates": {"r2": {"min": 0.5}}}
    world.spec |= {"model": {"type": "sklearn", "estimator": estimator}}
    world.spec["performance"] = {"metric": "rmse", "drop": 0.05}
    world.spec["live"] = {"source": file_a_day(world, "live")}
    assert world.retrain_as_of("2026-01-04").success
    bring(world, "live", DAYS[0], table[:300].iloc[::-1])
    calm = world.monitor(DAYS[0], *DAILY)
    assert panel(calm)["summary"].startswith("rmse ")
    assert panel(calm)["performance"] == "ok"
    assert "residuals" in panel(calm)
    bring(world, "live", DAYS[1], table[300:600].assign(y=lambda rows: rows["y"] + 1))
    assert panel(world.monitor(DAYS[1], *DAILY))["performance"] == "dropped"
    assert "residual" in pd.read_csv(artifacts(world, "errors.csv"))


def test_without_an_identity_labels_come_with_the_rows(world):
    monitored(world, identity=False)
    bring(world, "live", DAYS[0], rows_of(5).drop(columns="y"))
    assert f"no labels yet: 0 of {ROWS} rows" in panel(world.monitor(DAYS[0], *DAILY))["summary"]
    bring(
        world, "live", DAYS[0], rows_of(5).assign(y=lambda rows: rows["y"].where(rows.index < 200))
    )
    assert "200 of " in panel(world.monitor(DAYS[0], *DAILY))["summary"]


def test_rows_that_changed_after_they_were_scored_are_refused(world):
    judged(world, identity=False)
    bring(world, "live", DAYS[0], rows_of(6))
    assert world.monitor(DAYS[0], "live_data").success
    refused = world.monitor(DAYS[0], "performance_report")
    assert not refused.success
    assert "materialize predictions for this day" in failure(refused)


def test_two_labels_of_one_row_are_refused_with_words(world):
    monitored(world, labels=True)
    rows = rows_of(5)
    bring(world, "live", DAYS[0], rows.drop(columns="y"))
    labels = rows[["id", "y"]]
    bring(world, "labels", DAYS[0], pd.concat([labels, labels[:2].assign(y=1 - labels["y"][:2])]))
    result = world.monitor(DAYS[0], *DAILY)
    assert not result.success
    assert "2 rows have more than one label" in failure(result)
    assert "person-" not in failure(result)


def packed(rows: pd.DataFrame, path: Path, damage: str) -> None:
    """Labels as a file that was cut off, or with another one in the same archive."""
    text = rows.to_csv(index=False)
    if damage == "cut off":
        content = gzip.compress(text.encode())
        path.write_bytes(content[: len(content) // 2])
        return
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", text)
        archive.writestr("b.csv", text)


@pytest.mark.parametrize(
    ("damage", "seen"), [("cut off", "cannot be unpacked"), ("two files", "it has 2 files")]
)
def test_labels_that_cannot_be_read_are_named_and_do_not_stop_the_day(world, damage, seen):
    monitored(world, labels=True)
    rows = rows_of(5)
    bring(world, "live", DAYS[0], rows.drop(columns="y"))
    packed(rows[["id", "y"]], world.settings.home / f"labels-{DAYS[0]}.csv", damage)
    result = world.monitor(DAYS[0], *DAILY)
    assert result.success, failure(result)
    assert (panel(result)["performance"], panel(result)["labelled_rows"]) == ("unknown", 0)
    assert panel(result)["summary"].startswith("the labels cannot be read: ")
    check = checks(result)["labels_can_be_read"]
    assert (check.passed, check.severity.value) == (False, "WARN")
    assert seen in check.metadata["observed"].value
    bring(world, "labels", DAYS[0], rows[["id", "y"]])
    again = world.monitor(DAYS[0], "performance_report")
    assert panel(again)["performance"] == "ok"
    assert checks(again)["labels_can_be_read"].passed


def test_labels_that_are_new_or_one_sided_are_target_drift_and_do_not_stop_the_day(world):
    monitored(world)
    rows = rows_of(5, 1500)
    bring(world, "live", DAYS[0], rows[(rows["y"] == 1) | (rows.index % 5 == 0)])
    result = world.monitor(DAYS[0], *DAILY)
    assert panel(result)["target_drift"].startswith("drift ")
    assert not checks(result)["no_target_drift"].passed
    told = ["maybe" if place % 3 else "1" for place in range(ROWS)]
    bring(world, "live", DAYS[1], rows_of(6).assign(y=told))
    result = world.monitor(DAYS[1], *DAILY)
    assert result.success
    assert "never saw ['maybe']" in panel(result)["summary"]
    assert panel(result)["performance"] == "unknown"
    assert f"{ROWS} of {ROWS} rows have labels" in panel(result)["summary"]
    assert panel(result)["target_drift"].startswith("drift ")
