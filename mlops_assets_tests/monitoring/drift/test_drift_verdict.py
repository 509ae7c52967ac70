"""A day is called drift for what changed, and for nothing else."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.drift_verdict import DriftVerdict, drift_verdict
from mlops_assets.monitoring.drift.table_profile import TableProfile, build_profile
from mlops_assets.simulators.heart_disease import simulate
from mlops_assets_tests.monitoring.drift.world import (
    HEART,
    TEXTS,
    TRAINING_ROWS,
    X,
    heart_reference,
    numbers,
)

SEEDS = 3


@pytest.fixture(scope="module")
def reference() -> TableProfile:
    return heart_reference()


def column(verdict: DriftVerdict, name: str):
    return next(column for column in verdict.columns if column.column == name)


@pytest.mark.statistics
@pytest.mark.parametrize("rows", [50, 200, 1_000])
def test_days_without_drift_are_flagged_at_most_at_the_rate(rows):
    days, rate = 50, 0.02
    flagged = 0
    for seed in range(SEEDS):
        patients = simulate(TRAINING_ROWS + days * rows, seed=seed)
        reference = build_profile(patients.iloc[:TRAINING_ROWS], HEART)
        for start in range(TRAINING_ROWS, len(patients), rows):
            day = patients.iloc[start : start + rows]
            flagged += drift_verdict(reference, day, false_alarm_rate=rate).status == "drift"
    total = SEEDS * days
    assert flagged / total <= rate + 2 * (rate * (1 - rate) / total) ** 0.5


@pytest.mark.parametrize("name", HEART.numeric)
def test_half_a_deviation_in_1000_rows_is_seen_every_day(reference, name):
    for seed in range(5):
        verdict = drift_verdict(reference, simulate(1_000, seed=100 + seed, shift={name: 0.5}))
        assert verdict.status == "drift"
        assert verdict.drifted[0] == name


def test_a_category_swap_is_named(reference):
    verdict = drift_verdict(reference, simulate(1_000, seed=9, shift={"cp": 0.3}))
    assert verdict.drifted == ("cp",)
    assert "cp '3' " in verdict.summary()


def test_the_same_rows_get_the_same_verdict(reference):
    day = simulate(300, seed=5)
    again = TableProfile.model_validate_json(reference.model_dump_json())
    assert drift_verdict(reference, day) == drift_verdict(again, day.iloc[::-1])


def test_a_certain_but_tiny_shift_is_no_drift(reference):
    day = simulate(100_000, seed=6, shift={"chol": 0.05})
    assert drift_verdict(reference, day).status == "clean"
    assert drift_verdict(reference, day, least_effect=0).status == "drift"


def test_too_few_rows_are_inconclusive_however_far_off(reference):
    verdict = drift_verdict(reference, simulate(20, seed=7, shift={"chol": 5}))
    assert (verdict.status, verdict.drifted) == ("inconclusive", ())
    assert verdict.summary() == f"inconclusive: 20 rows, {verdict.rows_needed} needed"
    assert drift_verdict(reference, simulate(0, seed=7)).status == "inconclusive"


def test_a_new_label_is_drift_and_named(reference):
    day = simulate(500, seed=8)
    day.loc[:60, "thal"] = 9
    verdict = drift_verdict(reference, day)
    assert verdict.drifted == ("thal",)
    assert "new labels such as '9'" in column(verdict, "thal").what
    assert column(verdict, "thal").unseen_share == pytest.approx(61 / day["thal"].notna().sum())


def test_more_missing_values_are_drift(reference):
    day = simulate(500, seed=8)
    day.loc[:100, "chol"] = None
    verdict = drift_verdict(reference, day)
    assert verdict.drifted == ("chol",)
    assert column(verdict, "chol").what.startswith("missing 0.0% → 20.2%")


def test_a_column_without_values_is_an_outage_and_not_judged(reference):
    verdict = drift_verdict(reference, simulate(500, seed=8).assign(chol=None))
    assert verdict.status == "clean"
    assert column(verdict, "chol").what == "not judged: the day has no value"
    assert verdict.as_rows()[-1]["verdict"] == "not judged"


def test_a_missing_column_is_named(reference):
    with pytest.raises(InputError, match="chol"):
        drift_verdict(reference, simulate(500, seed=8).drop(columns="chol"))


def test_columns_come_worst_first(reference):
    excess = [c.excess for c in drift_verdict(reference, simulate(200, seed=8)).columns]
    assert excess == sorted(excess, reverse=True)


def test_a_verdict_is_json(reference):
    verdict = drift_verdict(reference, simulate(200, seed=8))
    assert DriftVerdict.model_validate_json(verdict.model_dump_json()) == verdict


def test_a_column_that_never_varied_drifts_when_it_does():
    reference = build_profile(numbers([3.0] * 1_000), X)
    assert drift_verdict(reference, numbers([3.0] * 200)).status == "clean"
    changed = drift_verdict(reference, numbers([3.0] * 150 + [4.0] * 50))
    assert "changed 0.0% → 25.0%, always 3 so far" in changed.summary()


def test_a_new_label_each_row_is_no_news_where_it_always_was():
    seen = Columns(numeric=["x"], categorical=["id"])

    def rows(first: int, last: int) -> pd.DataFrame:
        x = np.random.default_rng(first).normal(size=last - first)
        return numbers(x).assign(id=[f"id-{i}" for i in range(first, last)])

    reference = build_profile(rows(0, 2_000), seen)
    assert drift_verdict(reference, rows(5_000, 5_200)).status == "clean"


def test_dates_that_follow_the_calendar_are_not_judged():
    dates = pd.to_datetime("2025-01-01") + pd.to_timedelta(np.arange(1_000) % 365, "D")
    seen = Columns(date=["x"])
    reference = build_profile(numbers(dates), seen)
    today = drift_verdict(reference, numbers([pd.Timestamp("2026-02-01")] * 100))
    assert (today.status, today.columns[0].score) == ("inconclusive", None)
    assert today.summary() == "inconclusive: no column could be judged (100 rows)"
    earlier = drift_verdict(reference, numbers(dates[:500] - pd.Timedelta("100D")))
    assert earlier.status == "drift"
    assert earlier.columns[0].what == "mean date 2025-06-19 → 2025-02-20"


def texts(rows: int, words: list[str], seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    drawn = rng.choice(words, size=(rows, 6))
    return numbers([" ".join(row[: rng.integers(3, 7)]) for row in drawn])


def test_unknown_words_are_drift_and_known_ones_are_not():
    words = [f"word{i:03d}" for i in range(300)]
    reference = build_profile(texts(3_000, words, 0), TEXTS)
    assert drift_verdict(reference, texts(300, words, 1)).status == "clean"
    half_new = words[:150] + [f"news{i:03d}" for i in range(150)]
    verdict = drift_verdict(reference, texts(300, half_new, 1))
    assert verdict.columns[0].unseen_share == pytest.approx(0.5, abs=0.05)
    assert "unknown words 0.0% → " in verdict.summary()


def test_predictions_are_judged_like_any_column():
    rng = np.random.default_rng(0)
    scores = Columns(numeric=["probability_1"], categorical=["prediction"])

    def predictions(rows: int, mean: float) -> pd.DataFrame:
        probability = rng.beta(4 * mean, 4 * (1 - mean), rows)
        return pd.DataFrame({"probability_1": probability, "prediction": probability > 0.5})

    reference = build_profile(predictions(5_000, 0.5), scores)
    assert drift_verdict(reference, predictions(500, 0.5)).status == "clean"
    assert len(drift_verdict(reference, predictions(500, 0.7)).drifted) == 2
