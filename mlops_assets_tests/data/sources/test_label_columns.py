"""Columns of labels are read as they stand, by every source, and words mean missing or do not."""

from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy
from pandas._libs.parsers import STR_NA_VALUES

from mlops_assets.data.sources.label_columns import USUAL_WORDS
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import SMALL

DAY = date(2026, 1, 5)
ROLES = {"categorical": ["k"], "numeric": ["x"]}
TRAINING = "k,x,y\nA12,1,0\n01234,2,1\n02345,3,0\n"


@pytest.fixture(autouse=True)
def _home(settings):
    settings.home.mkdir(parents=True, exist_ok=True)


def spec(source: dict, **more) -> LifecycleSpec:
    given = {**SMALL, "source": source, "identity": [], "columns": ROLES, "target": "y", **more}
    return LifecycleSpec.model_validate(given)


def csv(settings, text: str, name: str = "table.csv", **more) -> dict:
    (settings.home / name).write_text(text)
    return {"type": "csv", "path": str(settings.home / name), **more}


def labels_of(made: LifecycleSpec, settings) -> list:
    return made.typed(made.source.read(settings))["k"].tolist()


def test_the_usual_words_are_those_of_pandas():
    assert USUAL_WORDS == STR_NA_VALUES


@pytest.mark.parametrize(
    ("training", "live", "labels"),
    [
        (["A12", "01234", "02345"], ["01234", "02345"], ["01234", "02345"]),
        (["true", "false", "maybe"], ["true", "false"], ["True", "False"]),
        (["TRUE", "FALSE", "TRU"], ["TRUE", "FALSE"], ["True", "False"]),
        (["1E3", "A"], ["1E3", "2E3"], ["1E3", "2E3"]),
        (["1", "2.5"], ["1", "1"], ["1", "1"]),
    ],
)
def test_a_label_is_the_same_whatever_the_other_rows_of_its_file(settings, training, live, labels):
    rows = "".join(f"{k},{n},{n % 2}\n" for n, k in enumerate(training))
    days = "".join(f"{k},{n}\n" for n, k in enumerate(live))
    csv(settings, "k,x\n" + days, "2026-01-05.csv")
    source = {"type": "csv", "path": str(settings.home / "{day}.csv")}
    made = spec(csv(settings, "k,x,y\n" + rows), live={"source": source})
    known = labels_of(made, settings)
    day = made.typed(made.live_source.read_day(settings, DAY, None))["k"].tolist()
    assert day == labels
    assert known[0] in (training[0], "True")
    assert len(set(day) - set(known)) == (labels[1] == "2E3")


def test_every_source_gives_the_same_labels(settings):
    table = pd.DataFrame({"k": [1234, 2, None], "x": [1, 2, 3], "y": [True, False, True]})
    table.to_csv(settings.home / "t.csv", index=False)
    table.to_parquet(settings.home / "t.parquet")
    table.convert_dtypes(dtype_backend="pyarrow").to_parquet(settings.home / "arrow.parquet")
    table.to_sql("t", sqlalchemy.create_engine(settings.warehouse_url), index=False)
    sources = [
        {"type": "csv", "path": str(settings.home / "t.csv")},
        {"type": "parquet", "path": str(settings.home / "t.parquet")},
        {"type": "parquet", "path": str(settings.home / "arrow.parquet")},
        {"type": "sql", "table": "t"},
    ]
    for source in sources:
        made = spec(source)
        rows = made.source.read(settings)
        assert made.typed(rows)["k"].tolist() == ["1234", "2", None]
        assert made.task.typed_target(rows["y"]).tolist() == [1, 0, 1]


def test_a_column_that_is_no_label_is_read_as_numbers(settings):
    found = spec(csv(settings, TRAINING)).source.read(settings)
    assert (found["x"].dtype, found["k"].dtype, found["y"].dtype) == ("int64", object, object)


@pytest.mark.parametrize(
    ("missing", "k", "y"),
    [
        (None, [None, "b", None], ["None", "NA", "c"]),
        (["b"], ["NA", None, None], ["None", "NA", "c"]),
        ({"y": ["NA"]}, [None, "b", None], ["None", None, "c"]),
        ({"k": []}, ["NA", "b", None], ["None", "NA", "c"]),
    ],
)
@pytest.mark.parametrize("type_", ["csv", "parquet"])
def test_words_that_mean_missing_are_a_setting(settings, type_, missing, k, y):
    table = pd.DataFrame({"k": ["NA", "b", ""], "x": [1, 2, 3], "y": ["None", "NA", "c"]})
    path = settings.home / f"words.{type_}"
    table.to_csv(path, index=False) if type_ == "csv" else table.to_parquet(path)
    made = spec({"type": type_, "path": str(path), "missing": missing})
    rows = made.source.read(settings)
    assert made.typed(rows)["k"].tolist() == k
    assert made.task.typed_target(rows["y"]).tolist() == y


def test_labels_are_recoded_by_their_label(settings):
    text = "k,x,y\n01,1,0\n1,2,1\n2.0,3,2\n"
    source = csv(settings, text, recode={"y": {2: 1}, "k": {2: "b"}})
    rows = spec(source).source.read(settings)
    assert (rows["y"].tolist(), rows["k"].tolist()) == (["0", "1", "1"], ["01", "1", "b"])


def test_text_of_pyarrow_with_blanks_and_gaps(settings):
    column = pa.array(["", None, "a", "NA"])
    table = pd.DataFrame(
        {"k": pd.Series(column, dtype="string[pyarrow]"), "x": 1, "y": [0, 1, 0, 1]}
    )
    table.to_parquet(settings.home / "s.parquet")
    made = spec({"type": "parquet", "path": str(settings.home / "s.parquet")})
    assert labels_of(made, settings) == [None, None, "a", None]
