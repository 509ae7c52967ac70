"""The page that people read says of every column what the verdict on all rows says."""

import json
import re
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.day_report import DriftReport
from mlops_assets.monitoring.drift.drift_verdict import DriftVerdict, drift_verdict
from mlops_assets.monitoring.drift.table_profile import build_profile
from mlops_assets.monitoring.drift_page.page import drift_page, evidently_snapshot
from mlops_assets.monitoring.drift_page.samples import shown_alike
from mlops_assets.monitoring.version_reference import OUTPUT, sample_rows

# Names that Evidently gives a meaning of its own are columns like any other here.
COLUMNS = Columns(
    numeric=["prediction", "gappy", "emptied", "never", "constant", "target"],
    categorical=["city", "id"],
    boolean=["flag"],
    date=["joined"],
    text=["note"],
)
OUTPUTS = Columns(numeric=["prediction"])
WORDS = ["good", "bad", "fine", "late", "<b>odd</b>"]


def table(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    joined = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D")
    lengths = rng.integers(3, 12, rows)
    return pd.DataFrame(
        {
            "prediction": rng.normal(200, 50, rows),
            "gappy": rng.gamma(2, 10, rows),
            "emptied": rng.normal(size=rows),
            "never": np.nan,
            "constant": 1.0,
            "target": rng.normal(size=rows),
            "city": rng.choice(["Berlin", "Paris", "Rome"], rows),
            "id": rng.choice([f"label {n}" for n in range(60)], rows),
            "flag": rng.random(rows) < 0.5,
            "joined": joined,
            "note": [" ".join(rng.choice(WORDS, length)) for length in lengths],
        }
    )


def drifted(rows: int, seed: int) -> pd.DataFrame:
    day = table(rows, seed)
    rng = np.random.default_rng(seed + 1)
    return day.assign(
        prediction=day["prediction"] + 40,
        gappy=day["gappy"].mask(rng.random(rows) < 0.3),
        emptied=np.nan,
        city=day["city"].mask(rng.random(rows) < 0.2, "Oslo"),
        flag=rng.random(rows) < 0.9,
        joined=day["joined"] + pd.Timedelta(days=300),
        note=day["note"] + " and words that nobody knew",
    )


def outputs(rows: int, seed: int, mean: float = 0.0) -> pd.DataFrame:
    return pd.DataFrame({"prediction": np.random.default_rng(seed).normal(mean, 1, rows)})


def reported(day: pd.DataFrame, said: pd.DataFrame, columns: Columns = COLUMNS):
    """The report on a day, and both samples for its page."""
    training, holdout = table(4_000, seed=0), outputs(4_000, seed=0).iloc[::3]
    report = DriftReport(
        model="m",
        day=date(2026, 1, 5),
        version="3",
        model_id="m-1",
        data=drift_verdict(build_profile(training, columns), day),
        predictions=drift_verdict(build_profile(holdout, OUTPUTS), said),
    )
    samples = (sample_rows(training, holdout, columns, OUTPUTS),)
    return report, *samples, sample_rows(day, said, columns, OUTPUTS)


def found(report: DriftReport) -> dict[str, tuple[float, bool]]:
    """Score and verdict of every judged column, under its name on the page."""
    parts: list[tuple[str, DriftVerdict]] = [("", report.data), (OUTPUT, report.predictions)]
    return {
        f"{before}{column.column}": (column.statistics[0].value, column.column in part.drifted)
        for before, part in parts
        for column in part.columns
        if column.statistics
    }


def page_rows(page: str) -> dict[str, tuple[float, bool]]:
    """Score and verdict of every column as the page's own tables have them."""
    row = re.compile(
        r'"column_name": ("(?:[^"\\]|\\.)*").*?"data_drift": "([^"]*)", "drift_score": ([^,}]*)'
    )
    return {
        json.loads(name): (float(score), said == "Detected")
        for name, said, score in row.findall(page)
    }


DAYS = {
    "drifted": (drifted(3_000, 1), outputs(3_000, 1, mean=1.0)),
    "quiet": (table(3_000, 1), outputs(3_000, 1)),
    "past the sample": (drifted(20_000, 1), outputs(20_000, 1, mean=1.0)),
    "too small": (drifted(15, 1), outputs(15, 1, mean=5.0)),
    "one row": (drifted(1, 1), outputs(1, 1, mean=5.0)),
}


@cache
def reported_day(name: str):
    """Its report and both samples, which nobody changes."""
    return reported(*DAYS[name])


@cache
def page_of(name: str) -> str:
    return drift_page(*reported_day(name))


@pytest.mark.parametrize("day", DAYS)
def test_page_and_verdict_agree_on_every_column(day):
    report, *samples = reported_day(day)
    expected = found(report)
    snapshot = evidently_snapshot(report, *samples).dict()
    values = {
        metric["config"]["column"]: metric["value"]
        for metric in snapshot["metrics"]
        if "column" in metric["config"]
    }
    assert values == pytest.approx({name: score for name, (score, _) in expected.items()})
    counts = [m["value"]["count"] for m in snapshot["metrics"] if "columns" in m["config"]]
    assert counts == [len(report.data.drifted), len(report.predictions.drifted)]
    thresholds = {
        metric["config"]["column"]: metric["config"]["threshold"]
        for metric in snapshot["metrics"]
        if "column" in metric["config"]
    }
    bounds = {c.column: c.statistics[0].threshold for c in report.data.columns if c.statistics}
    assert {name: thresholds[name] for name in bounds} == pytest.approx(bounds)

    page = page_of(day)
    shown = page_rows(page)
    assert {name: said for name, (_, said) in shown.items()} == {
        name: said for name, (_, said) in expected.items()
    }
    assert [score for score, _ in shown.values()] == pytest.approx(
        [expected[name][0] for name in shown], abs=1e-6
    )
    whole = re.findall(r"Dataset Drift is (NOT detected|detected)", page)
    statuses = [report.data.status, report.predictions.status]
    assert whole == ["detected" if it == "drift" else "NOT detected" for it in statuses]


def test_a_day_that_only_has_gaps_is_drift_on_the_page_too():
    day = table(2_000, 1)
    day["gappy"] = day["gappy"].mask(np.random.default_rng(0).random(2_000) < 0.3)
    report, *samples = reported(day, outputs(2_000, 1))
    assert report.data.drifted == ("gappy",)
    page = drift_page(report, *samples)
    score, said = page_rows(page)["gappy"]
    worst = report.data.columns[0]
    assert said
    assert worst.score is not None
    assert worst.threshold is not None
    assert score == pytest.approx(worst.score, abs=1e-6)
    assert score < worst.threshold
    assert "missing 0.0%" in page


def test_the_page_names_what_was_not_judged_and_days_that_are_too_small():
    page = page_of("drifted")
    assert "<h1>m version 3 on 2026-01-05</h1>" in page
    assert "emptied is not judged: the day has no value" in page
    assert "never is not judged: the reference has no value" in page
    assert not {"emptied", "never"} & set(page_rows(page))
    needed = reported_day("too small")[0].data.rows_needed
    assert f"inconclusive: 15 rows, {needed} needed" in page_of("too small")


def test_the_page_loads_nothing_and_shows_no_text():
    page = page_of("drifted")
    assert not re.findall(r'(?:src|href)\s*=\s*["\']?https?://(?!plotly\.com)', page)
    assert "nobody knew" not in page
    assert "<b>odd</b>" not in page


def test_no_name_and_no_label_gets_out_of_the_pages_data():
    attack = "</script><img src=x onerror=alert(1)><body>"
    columns = Columns(numeric=["x", f"{attack}1"], categorical=[attack])
    training = pd.DataFrame({"x": range(400), f"{attack}1": 0.5, attack: [attack, "b"] * 200})
    day = training.assign(**{f"{attack}1": np.nan, attack: [f"{attack}3", "b"] * 200})
    report = DriftReport(
        model=attack,
        day=date(2026, 1, 5),
        version="3",
        model_id="m-1",
        data=drift_verdict(build_profile(training, columns), day),
        predictions=drift_verdict(build_profile(outputs(400, 0), OUTPUTS), outputs(400, 1)),
    )
    assert [c.column for c in report.data.columns if not c.statistics] == [f"{attack}1"]
    page = drift_page(
        report,
        sample_rows(training, outputs(400, 0), columns, OUTPUTS),
        sample_rows(day, outputs(400, 1), columns, OUTPUTS),
    )
    assert "<img src=x" not in page
    assert page.count("<body>") == 1
    assert page_rows(page).keys() == found(report).keys() == {attack, "x", f"{OUTPUT}prediction"}
    assert page.index("<header") > page.index("<body>")
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in page[page.index("<header") :]


def test_a_model_without_any_number_has_a_page():
    labels = Columns(categorical=["city"], boolean=["flag"])
    report, *samples = reported(*DAYS["drifted"], labels)
    assert page_rows(drift_page(report, *samples)).keys() == found(report).keys()


def test_a_day_on_which_nothing_was_judged_has_a_page():
    columns = Columns(numeric=["never"])
    report, reference, day = reported(*DAYS["drifted"], columns)
    nothing = report.model_copy(update={"predictions": report.data})
    page = drift_page(nothing, reference, day)
    assert "never is not judged" in page
    assert evidently_snapshot(nothing, reference, day) is None


def test_a_number_that_the_sample_has_none_of_shows_whether_there_is_one():
    reference = pd.DataFrame({"x": [1.0, 2.0, np.nan]})
    day = pd.DataFrame({"x": [np.nan, np.nan]})
    (then, now), numeric = shown_alike(reference, day, {"x": "numeric"})
    assert numeric == []
    assert then["x"].tolist() == ["(a value)", "(a value)", "(missing)"]
    assert now["x"].tolist() == ["(missing)", "(missing)"]


def test_many_labels_and_dates_are_made_readable():
    reference = pd.DataFrame(
        {"c": [f"l{n}" for n in range(40)], "d": pd.to_datetime(["2026-07-02"] * 40)}
    )
    (then, _), numeric = shown_alike(reference, reference, {"c": "categorical", "d": "date"})
    assert then["c"].nunique() == 31
    assert (then["c"] == "(other labels)").sum() == 10
    assert numeric == ["d"]
    assert then["d"].iloc[0] == pytest.approx(2026.5, abs=0.01)
