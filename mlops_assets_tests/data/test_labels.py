"""Labels find their rows, whenever they arrive and however the identity is written."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.labels import joined, read_labels
from mlops_assets.errors import InputError
from mlops_assets.monitoring.labels import labels_of_day
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import SMALL

DAY = date(2026, 1, 5)
ROWS = pd.DataFrame({"id": [1, 2, 3], "x": [0.1, 0.2, 0.3], "y": [1, None, 0]})

JOINED = {"source": "live-{day}.csv", "labels": "labels.csv"}


def spec(**more) -> LifecycleSpec:
    source = {"type": "csv", "path": "table.csv"}
    given = {**SMALL, "source": source, "identity": ["id"], "columns": {"numeric": ["x"]}, **more}
    return LifecycleSpec.model_validate(given)


def labels_file(settings, name: str, **columns):
    path = settings.home / name
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def source(settings, name: str) -> dict:
    return {"type": "csv", "path": str(settings.home / name)}


def test_labels_join_by_identity_in_any_order_and_others_are_ignored():
    labels = pd.DataFrame({"id": [99, 3, 1], "y": [1, 0, 1]})
    assert joined(ROWS, labels, spec()).to_dict() == {0: 1, 2: 0}


@pytest.mark.parametrize("ids", [["1", "3"], [1.0, 3.0], pd.array([1, 3], "Int64")])
def test_one_identity_may_be_written_in_several_ways(ids):
    labels = pd.DataFrame({"id": ids, "y": [1, 0]})
    assert joined(ROWS, labels, spec()).to_dict() == {0: 1, 2: 0}


def test_long_numbers_do_not_run_together():
    rows = pd.DataFrame({"id": [2**60, 2**60 + 1]})
    labels = pd.DataFrame({"id": [2**60 + 1], "y": [1]})
    assert joined(rows, labels, spec()).to_dict() == {1: 1}


def test_a_date_names_a_row_as_text_and_as_a_date():
    rows = pd.DataFrame({"id": [1, 1], "at": ["2026-01-05", "2026-01-06"]})
    labels = pd.DataFrame({"id": [1], "at": pd.to_datetime(["2026-01-06"]), "y": [1]})
    assert joined(rows, labels, spec(identity=["id", "at"])).to_dict() == {1: 1}


def test_a_missing_identity_joins_nothing():
    rows = pd.DataFrame({"id": ["a", None]})
    labels = pd.DataFrame({"id": ["a", None], "y": [1, 0]})
    assert joined(rows, labels, spec()).to_dict() == {0: 1}


def test_equal_labels_of_one_row_are_one():
    labels = pd.DataFrame({"id": [1, 1, 1], "y": [1, 1, None]})
    assert joined(ROWS, labels, spec()).to_dict() == {0: 1}


def test_two_labels_of_one_row_are_refused_without_naming_it():
    labels = pd.DataFrame({"id": [1, 3, 3], "y": [1, 1, 0]})
    with pytest.raises(InputError, match=r"1 rows have more than one label; row 2 of the day"):
        joined(ROWS, labels, spec())


def test_two_labels_of_a_row_of_another_day_do_not_matter():
    labels = pd.DataFrame({"id": [1, 77, 77], "y": [1, 1, 0]})
    assert joined(ROWS, labels, spec()).to_dict() == {0: 1}


def test_numbers_that_are_equal_are_one_label_of_a_regression():
    labels = pd.DataFrame({"id": [1, 1], "y": ["1.50", "1.5"]})
    found = joined(ROWS, labels, spec(task="regression", gates={}))
    assert found.to_dict() == {0: 1.5}


def test_a_label_source_without_an_identity_column_is_refused(settings):
    labels_file(settings, "labels.csv", key=[1], y=[1])
    made = spec(live={"labels": source(settings, "labels.csv")})
    with pytest.raises(InputError, match="no column 'id'"):
        labels_of_day(ROWS, made, settings, DAY)


def test_booleans_become_the_numbers_that_training_has():
    labels = pd.DataFrame({"id": [1, 2, 3], "y": [True, None, False]})
    found = joined(ROWS, labels, spec())
    assert found.to_dict() == {0: 1, 2: 0}
    assert found.dtype == np.int64


def test_without_a_label_source_the_live_source_is_read_again(settings):
    labels_file(settings, "live-2026-01-05.csv", id=[1, 2, 3], x=[0, 0, 0], y=[1, 1, None])
    made = spec(live={"source": source(settings, "live-{day}.csv")})
    assert labels_of_day(ROWS, made, settings, DAY).to_dict() == {0: 1, 1: 1}


def test_a_live_source_without_the_target_has_no_labels(settings):
    labels_file(settings, "live-2026-01-05.csv", id=[1, 2, 3], x=[0, 0, 0])
    made = spec(live={"source": source(settings, "live-{day}.csv")})
    assert labels_of_day(ROWS, made, settings, DAY).empty


def test_without_an_identity_the_day_has_its_own_labels(settings):
    found = labels_of_day(ROWS, spec(identity=[]), settings, DAY)
    assert found.to_dict() == {0: 1, 2: 0}


def test_without_an_identity_and_a_target_there_are_no_labels(settings):
    assert labels_of_day(ROWS[["x"]], spec(identity=[]), settings, DAY).empty


def test_a_file_of_the_day_that_is_not_there_yet_holds_no_labels(settings):
    made = spec(live={"labels": source(settings, "labels-{day}.csv")})
    assert labels_of_day(ROWS, made, settings, DAY).empty
    labels_file(settings, "labels-2026-01-05.csv", id=[2], y=[0])
    assert labels_of_day(ROWS, made, settings, DAY).to_dict() == {1: 0}


def test_a_folder_that_is_not_there_is_a_mistake(settings):
    made = spec(live={"labels": source(settings, "nowhere/labels-{day}.csv")})
    with pytest.raises(InputError, match="no folder"):
        labels_of_day(ROWS, made, settings, DAY)


def test_an_empty_label_file_is_no_mistake(settings):
    labels_file(settings, "labels.csv", id=[], y=[])
    made = spec(live={"labels": source(settings, "labels.csv")})
    assert labels_of_day(ROWS, made, settings, DAY).empty


def test_of_labels_with_the_time_only_those_of_the_day_count(settings):
    at = ["2026-01-04 10:00", "2026-01-05 10:00"]
    labels_file(settings, "labels.csv", id=[1, 1], y=[0, 1], at=at)
    made = spec(timestamp="at", live={"labels": source(settings, "labels.csv")})
    assert labels_of_day(ROWS, made, settings, DAY).to_dict() == {0: 1}


def test_labels_need_no_time_even_where_the_rows_have_one(settings):
    labels_file(settings, "labels.csv", id=[1], y=[0])
    made = spec(timestamp="at", live={"labels": source(settings, "labels.csv")})
    assert labels_of_day(ROWS, made, settings, DAY).to_dict() == {0: 0}


def label_function() -> pd.DataFrame:
    return pd.DataFrame({"id": [2], "y": [1]})


def label_function_of(day: date) -> pd.DataFrame:
    return pd.DataFrame({"id": [2], "y": [day.day]})


@pytest.mark.parametrize(("name", "label"), [("label_function", 1), ("label_function_of", 5)])
def test_a_function_may_give_all_labels_or_those_of_a_day(settings, monkeypatch, name, label):
    monkeypatch.setenv("MLOPS_ASSETS_ALLOWED_NAMES", f"{__name__}.{name}")
    allowed = type(settings).from_environment()
    python = {"type": "python", "function": f"{__name__}.{name}"}
    made = spec(live={"labels": python})
    table = read_labels(made.live.labels, allowed, DAY, None)
    assert table is not None
    assert table["y"].tolist() == [label]


def test_a_missing_word_is_a_label_unless_the_source_says_otherwise(settings):
    labels_file(settings, "labels.csv", id=[1, 2], y=["yes", "NA"])
    made = spec(live={"labels": source(settings, "labels.csv")})
    assert labels_of_day(ROWS, made, settings, DAY).to_dict() == {0: "yes", 1: "NA"}
    told = source(settings, "labels.csv") | {"missing": {"y": ["NA"]}}
    assert labels_of_day(ROWS, spec(live={"labels": told}), settings, DAY).to_dict() == {0: "yes"}


def test_zeros_in_front_join_whatever_else_stands_in_the_files(settings):
    labels_file(settings, "live-2026-01-05.csv", id=["001", "002", "A03"], x=[0, 0, 0])
    labels_file(settings, "labels.csv", id=["001", "002"], y=[1, 0])
    live = {key: source(settings, name) for key, name in JOINED.items()}
    made = spec(live=live)
    day = made.live_source.read_day(settings, DAY, None)
    assert labels_of_day(day, made, settings, DAY).to_dict() == {0: 1, 1: 0}


def test_a_day_of_0_1_that_lost_its_zeros_still_joins():
    labels = pd.DataFrame({"id": ["001", "003"], "y": ["1", "0"]})
    assert joined(ROWS, labels, spec()).to_dict() == {0: 1, 2: 0}


def test_labels_of_every_origin_are_one_label():
    labels = pd.DataFrame({"id": [1, 2, 3], "y": ["true", "TRUE", None]})
    assert joined(ROWS, labels, spec()).to_dict() == {0: 1, 1: 1}
