"""The simulated employees: ranges, planted dependencies, determinism, drift to order."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mlops_assets.data.profile.counted_table import CountedTable
from mlops_assets.data.profile.profile import profile
from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.simulators.employee_attrition import CATEGORICAL, NUMERIC, ORDER, simulate

EMPLOYEES = simulate(20_000, seed=0)
DAY = date(2026, 11, 20)
SENSITIVE = ["gender", "age_group"]


def features(table: pd.DataFrame) -> pd.DataFrame:
    used = table.drop(columns=["employee_id", "left", *SENSITIVE])
    return pd.get_dummies(used.fillna(used[[*NUMERIC]].median()), dtype=float)


def probability(train: pd.DataFrame, test: pd.DataFrame) -> np.ndarray:
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return model.fit(features(train), train["left"]).predict_proba(features(test))[:, 1]


def odds_ratio(group: pd.Series) -> float:
    rates = EMPLOYEES["left"].groupby(group).mean()
    odds = rates / (1 - rates)
    return odds.loc[True] / odds.loc[False]


def test_columns():
    assert list(EMPLOYEES) == ["employee_id", *ORDER]
    assert len(ORDER) == 31
    assert {*NUMERIC, *CATEGORICAL, "age_group", "left"} == {*ORDER}


@pytest.mark.parametrize("name", NUMERIC)
def test_numeric_columns_are_in_their_range_and_as_wide_as_a_shift_counts(name):
    deviation, low, high, _ = NUMERIC[name]
    known = EMPLOYEES[name].dropna()
    assert known.between(low, high).all()
    assert known.std() == pytest.approx(deviation, rel=0.2)


@pytest.mark.parametrize("name", CATEGORICAL)
def test_shares_of_codes(name):
    shares = EMPLOYEES[name].value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx(CATEGORICAL[name], abs=0.02)


def test_a_sixth_leaves():
    assert EMPLOYEES["left"].mean() == pytest.approx(0.16, abs=0.01)


@pytest.mark.parametrize(
    ("name", "correlation"),
    [
        *dict.fromkeys(("job_satisfaction", "commitment_score", "manager_rating"), -0.2).items(),
        *dict.fromkeys(("tenure_years", "performance_rating"), -0.14).items(),
        *dict.fromkeys(("compa_ratio", "children", "age"), -0.1).items(),
        ("absence_days", 0.2),
        ("education", 0.0),
    ],
)
def test_who_leaves_depends_on_each_column_as_published(name, correlation):
    found = EMPLOYEES[name].corr(EMPLOYEES["left"])
    assert found == pytest.approx(correlation, abs=0.045)


def test_distance_matters_by_its_logarithm():
    log = np.log(EMPLOYEES["distance_km"])
    rates = EMPLOYEES["left"].groupby(pd.cut(log, [1, 2, 3, 4])).mean()
    assert rates.is_monotonic_increasing


def test_overtime_doubles_the_odds_and_days_at_home_keep():
    assert 1.9 < odds_ratio(EMPLOYEES["overtime"] == 1) < 2.8
    assert 0.5 < odds_ratio(EMPLOYEES["remote_days"] >= 3) < 0.75


def test_gender_matters_a_little_and_women_are_paid_less():
    women = EMPLOYEES["gender"] == "female"
    assert 1.02 < odds_ratio(women) < 1.35
    pay = EMPLOYEES["compa_ratio"].groupby(EMPLOYEES["gender"]).mean()
    assert 0.02 < pay["male"] - pay["female"] < 0.04


def test_age_groups_follow_from_age():
    span = EMPLOYEES.groupby("age_group")["age"].agg(["min", "max"]).to_dict("index")
    assert span["under 30"]["max"] == 29
    assert span["30 to 49"] == {"min": 30, "max": 49}
    assert span["50 and over"]["min"] == 50


def test_nobody_is_longer_in_a_role_than_in_the_job_or_at_work():
    assert (EMPLOYEES["years_in_role"] <= EMPLOYEES["tenure_years"]).all()
    assert (EMPLOYEES["tenure_years"] <= EMPLOYEES["experience_years"]).all()
    assert (EMPLOYEES["experience_years"] <= EMPLOYEES["age"] - 18).all()


def test_the_data_is_of_the_quality_that_the_gates_ask_for():
    words = [name for name in CATEGORICAL if name not in ("gender", "overtime")]
    columns = Columns(numeric=[*NUMERIC], categorical=words, boolean=["overtime"])
    found = profile(CountedTable.of_frame(EMPLOYEES, columns, "left"))
    assert 0.001 < found["missing_rate"] < 0.02
    assert found["outlier_rate"] < 0.002
    assert 0.6 < found["feature_correlation"] < 0.78


def test_a_good_classifier_is_far_from_certain():
    score = probability(EMPLOYEES[:14_000], EMPLOYEES[14_000:])
    left = EMPLOYEES["left"][14_000:]
    assert 0.8 < roc_auc_score(left, score) < 0.86
    best = max(f1_score(left, score > bound) for bound in np.arange(0.1, 0.7, 0.05))
    assert 0.45 < best < 0.6


def test_same_seed_and_day_give_the_same_rows():
    pd.testing.assert_frame_equal(simulate(50, seed=0, day=DAY), simulate(50, seed=0, day=DAY))


def test_more_rows_begin_with_the_same_ones():
    pd.testing.assert_frame_equal(simulate(100, seed=0), EMPLOYEES.head(100))


def test_other_days_and_seeds_give_other_employees():
    tables = [simulate(100, seed=seed, day=day) for seed in (0, 1) for day in (None, DAY)]
    assert pd.concat(tables)["employee_id"].is_unique
    assert len({tuple(table["age"]) for table in tables}) == len(tables)


def test_shifts_move_their_column_and_who_leaves():
    shifted = simulate(20_000, seed=0, shift={"overtime": 0.3, "distance_km": 0.5})
    moved = (shifted["overtime"] != EMPLOYEES["overtime"]).mean()
    assert moved == pytest.approx(0.3 * 0.72, abs=0.02)
    farther = shifted["distance_km"].mean() - EMPLOYEES["distance_km"].mean()
    assert farther == pytest.approx(0.5 * NUMERIC["distance_km"][0], rel=0.15)
    assert shifted["left"].mean() - EMPLOYEES["left"].mean() > 0.02
    others = EMPLOYEES.columns.difference(["overtime", "distance_km", "left"])
    pd.testing.assert_frame_equal(shifted[others], EMPLOYEES[others])


def test_inverted_outcomes_make_a_trained_model_worse():
    turned = simulate(20_000, seed=0, shift={"left": 0.3})
    assert (turned["left"] != EMPLOYEES["left"]).mean() == pytest.approx(0.3, abs=0.02)
    score = probability(EMPLOYEES[:14_000], turned[14_000:])
    assert roc_auc_score(turned["left"][14_000:], score) < 0.7


@pytest.mark.parametrize(
    ("shift", "message"),
    [
        ({"overtme": 1}, "nearest name is 'overtime'"),
        ({"contract": 2}, "by 2"),
        ({"left": -1}, "-1"),
    ],
)
def test_impossible_shift(shift, message):
    with pytest.raises(InputError, match=message):
        simulate(10, seed=0, shift=shift)
