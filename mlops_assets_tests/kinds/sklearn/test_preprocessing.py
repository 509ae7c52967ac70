"""No gap and no unseen value stops the preprocessing, and what comes out is dense and named."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.kinds.sklearn.preprocessing import MOST_CATEGORIES, MOST_WORDS, preprocessing
from mlops_assets_tests.kinds.sklearn.messy import COLUMNS, features


def transformed(columns: Columns, train: pd.DataFrame, new: pd.DataFrame | None = None):
    prepare = preprocessing(columns).fit(train)
    found = prepare.transform(train if new is None else new)
    return pd.DataFrame(found, columns=prepare.get_feature_names_out())


def test_every_role_becomes_named_finite_numbers():
    found = transformed(COLUMNS, features())
    assert found.dtypes.eq("float64").all()
    assert np.isfinite(found.to_numpy()).all()
    assert {"numeric__age", "categorical__city_missing", "date__joined_weekday"} <= set(found)
    assert {"boolean__member", "text__note_chest", "text__blank_no_words"} <= set(found)


def test_what_was_never_seen_in_training_does_not_raise():
    new = features(3)
    new["city"], new["code"] = "Atlantis", "x"
    new["note"] = "unheard of"
    found = transformed(COLUMNS, features(), new)
    assert (found.filter(like="city_Oslo") == 0).all(axis=None)
    assert (found.filter(like="text__note") == 0).all(axis=None)


def test_a_table_without_a_single_value_does_not_raise():
    new = features(4)
    empty = pd.DataFrame({name: [None] * 4 for name in new}).astype(new.dtypes)
    assert np.isfinite(transformed(COLUMNS, features(), empty)).all(axis=None)
    assert np.isfinite(transformed(COLUMNS, empty, features())).all(axis=None)


def test_medians_and_scales_come_from_training_alone():
    columns, train = Columns(numeric=["x"]), pd.DataFrame({"x": [0.0, 10.0, 20.0]})
    found = transformed(columns, train, pd.DataFrame({"x": [np.nan, 1000.0]}))
    deviation = np.std([0, 10, 20])
    assert found["numeric__x"].tolist() == pytest.approx([0, (1000 - 10) / deviation])


def test_a_column_of_identifiers_does_not_grow_without_bound():
    table = pd.DataFrame({"x": [f"id {i}" for i in range(500)]})
    assert transformed(Columns(categorical=["x"]), table).shape[1] == MOST_CATEGORIES
    assert transformed(Columns(text=["x"]), table).shape[1] == MOST_WORDS


def test_dates_become_days_month_weekday_and_hour_where_there_are_times():
    from mlops_assets.kinds.sklearn.transformers import DateParts

    times = pd.to_datetime(["1970-01-02 12:30", "2026-11-20 00:00", None])
    fitted = DateParts().fit(pd.DataFrame({"t": times, "d": times.normalize()}))
    names = ["t_days", "t_month", "t_weekday", "t_hour", "d_days", "d_month", "d_weekday"]
    assert fitted.get_feature_names_out().tolist() == names
    found = fitted.transform(pd.DataFrame({"t": times, "d": times}))
    assert found[0].tolist() == pytest.approx([1 + 12.5 / 24, 1, 4, 12.5, 1 + 12.5 / 24, 1, 4])
    assert found[1].tolist() == [20777, 11, 4, 0, 20777, 11, 4]
    assert np.isnan(found[2]).all()


def test_date_parts_of_release_0_1_have_no_hour():
    from mlops_assets.kinds.sklearn.transformers import DateParts

    times = pd.DataFrame({"t": pd.to_datetime(["1970-01-02 12:30", "2026-11-20 00:00"])})
    fitted = DateParts().fit(times)
    del fitted.with_hours_  # as it is loaded from its file
    assert fitted.transform(times).shape == (2, 3)
    assert len(fitted.get_feature_names_out()) == 3
