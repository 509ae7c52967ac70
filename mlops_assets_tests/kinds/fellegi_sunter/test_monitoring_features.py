"""Monitoring features: defaults, distinct values and pairs, computed another way."""

from itertools import combinations

import pandas as pd
import pytest

from mlops_assets.features.columns import typed_features
from mlops_assets.kinds.fellegi_sunter.model import FellegiSunterModel
from mlops_assets.monitoring.drift.drift_verdict import DriftVerdict, drift_verdict
from mlops_assets.monitoring.drift.table_profile import build_profile
from mlops_assets.monitoring.version_reference import with_monitoring_features
from mlops_assets.simulators.citizens import arrivals, population
from mlops_assets.simulators.citizens.drift import drifted
from mlops_assets_tests.kinds.fellegi_sunter.people import COLUMNS, fit, fitted, people

ROWS, DAY = 3000, pd.Timestamp("2026-01-05").date()


def test_a_default_is_what_cleaning_takes_for_missing_and_nothing_is_none():
    features = people()[0].head(5).copy()
    features["mobile"] = ["0000000000", "", "9829000111", "unknown", "1"]
    features["gender"] = ["M", None, "F", "M", "F"]
    features["date_of_birth"] = pd.to_datetime(
        ["1980-01-01", None, "1980-02-01", "1999-01-01", "1999-12-31"]
    )
    table = fitted().monitoring_features(features)
    assert table.index.equals(features.index)
    assert _listed(table["mobile is a default"]) == [True, None, False, True, False]
    assert _listed(table["date_of_birth is a default"]) == [True, None, False, True, False]
    assert _listed(table["gender is a default"]) == [False, None, False, False, False]


def _listed(values: pd.Series) -> list:
    return values.astype(object).where(values.notna(), None).tolist()


def test_the_distinct_rate_and_the_pairs_of_each_rule():
    features, _ = people()
    model, table = fitted().linkage, fitted().monitoring_features(people()[0])
    names = features["full_name"].str.lower()
    assert table["full_name is distinct"].mean() == pytest.approx(names.nunique() / len(names))
    agreeing = features[features["full_name"] != ""].groupby("full_name").size()
    expected = sum(len([*combinations(range(size), 2)]) for size in agreeing)
    assert ["full_name"] in model.plan.rules
    assert table["pairs by full_name"].sum() == expected > 0


def test_what_depends_on_the_number_of_records_is_not_guessed():
    table = fitted().monitoring_features(people()[0].head(2500))
    assert table.filter(regex="distinct|pairs").isna().all(axis=None)
    assert table["mobile is a default"].notna().any()


@pytest.fixture(scope="module")
def citizens() -> pd.DataFrame:
    return population(ROWS, seed=0)[0]


@pytest.fixture(scope="module")
def model(citizens) -> FellegiSunterModel:
    return fit(typed_features(citizens, COLUMNS))


def verdict(model: FellegiSunterModel, then: pd.DataFrame, now: pd.DataFrame) -> DriftVerdict:
    sides = [typed_features(rows, COLUMNS) for rows in (then, now)]
    monitoring_features = [model.monitoring_features(rows) for rows in sides]
    before, day = (rows.join(more) for rows, more in zip(sides, monitoring_features, strict=True))
    reference = build_profile(before, with_monitoring_features(COLUMNS, monitoring_features[0]))
    return drift_verdict(reference, day)


def with_arrivals(citizens: pd.DataFrame) -> pd.DataFrame:
    new, _ = arrivals(ROWS, 100, seed=0, day=DAY)
    return pd.concat([citizens, new], ignore_index=True)


def test_a_day_of_new_citizens_is_no_drift(citizens, model):
    said = verdict(model, citizens, with_arrivals(citizens))
    assert said.status == "clean", said.summary()


@pytest.mark.parametrize("field", ["mobile", "date_of_birth"])
def test_defaults_are_drift_and_named(field, citizens, model):
    shifted = drifted(with_arrivals(citizens), {field: 0.6}, _streams)
    said = verdict(model, citizens, shifted)
    (column,) = [it for it in said.columns if it.column == f"{field} is a default"]
    assert said.status == "drift"
    assert column.column in said.drifted
    assert column.what.startswith("'true' ")
    assert f"{field} is a default 'true' " in said.summary()
    known = shifted[field].dropna()
    is_default = known.eq("0000000000") if field == "mobile" else known.dt.dayofyear.eq(1)
    assert f" → {is_default.mean():.1%}" in column.what


def test_a_value_that_many_records_get_is_drift_of_distinct_values_and_pairs(citizens, model):
    same = with_arrivals(citizens)
    same.loc[::3, "jan_aadhaar"] = "234567890123"
    said = verdict(model, citizens, same)
    assert {"jan_aadhaar is distinct", "pairs by jan_aadhaar"} <= {*said.drifted}


def _streams(purpose: str):
    import numpy as np

    return np.random.default_rng(len(purpose))
