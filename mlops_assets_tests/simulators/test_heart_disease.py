"""The simulated patients: ranges, dependencies, determinism, drift to order."""

import time
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from mlops_assets.errors import InputError
from mlops_assets.simulators.heart_disease import CATEGORICAL, NUMERIC, simulate

PATIENTS = simulate(10_000, seed=0)
DAY = date(2026, 11, 20)


def auc(table: pd.DataFrame, train: slice, test: slice) -> float:
    features, target = table.drop(columns=["patient_id", "target"]), table["target"]
    model = HistGradientBoostingClassifier(max_iter=60, learning_rate=0.08, random_state=0)
    model.fit(features[train], target[train])
    return roc_auc_score(target[test], model.predict_proba(features[test])[:, 1])


def test_columns():
    clinical = "age sex cp trestbps chol fbs restecg thalach exang oldpeak slope ca thal"
    assert list(PATIENTS) == ["patient_id", *clinical.split(), "target"]


@pytest.mark.parametrize("name", NUMERIC)
def test_numeric_columns_follow_the_study(name):
    mean, deviation, low, high = NUMERIC[name]
    assert PATIENTS[name].between(low, high).all()
    assert PATIENTS[name].mean() == pytest.approx(mean, abs=0.15 * deviation)
    assert PATIENTS[name].std() == pytest.approx(deviation, rel=0.1)


@pytest.mark.parametrize("name", CATEGORICAL)
def test_codes_follow_the_study(name):
    shares = PATIENTS[name].value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx(CATEGORICAL[name], abs=0.02)


def test_missing_values_are_few_and_only_in_ca_and_thal():
    missing = PATIENTS.isna().mean()
    assert set(missing[missing > 0].index) == {"ca", "thal"}
    assert missing.max() < 0.05


def test_dependencies_of_the_study():
    correlation = PATIENTS.drop(columns="patient_id").corr()
    assert correlation.loc["age", "thalach"] < -0.3
    assert 0.1 < correlation.loc["age", "chol"] < 0.3
    assert correlation.loc["age", "sex"] < -0.03
    assert correlation.loc["target", "ca"] > 0.3


def test_prevalence():
    assert PATIENTS["target"].mean() == pytest.approx(0.46, abs=0.02)


def test_a_good_classifier_is_neither_perfect_nor_useless():
    assert 0.88 < auc(PATIENTS, slice(0, 8000), slice(8000, None)) < 0.93


def test_same_seed_and_day_give_the_same_rows():
    again = simulate(50, seed=0, day=DAY)
    pd.testing.assert_frame_equal(simulate(50, seed=0, day=DAY), again)


def test_more_rows_begin_with_the_same_ones():
    pd.testing.assert_frame_equal(simulate(100, seed=0), PATIENTS.head(100))


def test_other_days_and_seeds_give_other_patients():
    tables = [simulate(100, seed=seed, day=day) for seed in (0, 1) for day in (None, DAY)]
    assert pd.concat(tables)["patient_id"].is_unique
    assert len({tuple(table["age"]) for table in tables}) == len(tables)


def test_numeric_shift_moves_one_column_by_standard_deviations():
    shifted = simulate(10_000, seed=0, shift={"chol": 0.5})
    change = (shifted["chol"].mean() - PATIENTS["chol"].mean()) / PATIENTS["chol"].std()
    assert change == pytest.approx(0.5, abs=0.05)
    assert shifted["chol"].max() <= NUMERIC["chol"][3]
    others = PATIENTS.columns.difference(["chol", "target"])
    pd.testing.assert_frame_equal(shifted[others], PATIENTS[others])


@pytest.mark.parametrize("name", CATEGORICAL)
def test_categorical_shift_moves_a_share_of_rows(name):
    shifted = simulate(10_000, seed=0, shift={name: 0.4})[name]
    both = shifted.notna() & PATIENTS[name].notna()
    rarest = min(CATEGORICAL[name].values())
    moved = (shifted != PATIENTS[name])[both].mean()
    assert moved == pytest.approx(0.4 * (1 - rarest), abs=0.02)
    assert set(shifted.dropna()) <= set(CATEGORICAL[name])


def test_target_shift_makes_a_trained_model_worse():
    turned = simulate(10_000, seed=0, shift={"target": 0.3})
    assert (turned["target"] != PATIENTS["target"]).mean() == pytest.approx(0.3, abs=0.02)
    mixed = pd.concat([PATIENTS[:8000], turned[8000:]])
    assert auc(mixed, slice(0, 8000), slice(8000, None)) < 0.75


@pytest.mark.parametrize(
    ("shift", "message"),
    [({"choll": 1}, "nearest name is 'chol'"), ({"cp": 1.5}, "by 1.5"), ({"target": -1}, "by -1")],
)
def test_impossible_shift(shift, message):
    with pytest.raises(InputError, match=message):
        simulate(10, seed=0, shift=shift)


@pytest.mark.statistics
def test_a_million_rows_take_seconds():
    start = time.perf_counter()
    table = simulate(1_000_000, seed=0, day=DAY)
    assert time.perf_counter() - start < 20
    assert table["patient_id"].is_unique
    assert np.isfinite(table["oldpeak"]).all()
