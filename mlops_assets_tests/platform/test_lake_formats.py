"""What is known of a table is stored with it, and comes back as the type that is asked for."""

from datetime import date
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest

from mlops_assets.claims import Claim
from mlops_assets.data.training_tables import FeatureTable, RawData
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.platform.lake_formats import deserialize, serialize
from mlops_assets.platform.table_record import TableRecord

HOME_OF_0_1 = Path(__file__).parents[1] / "upgrade" / "home_of_0_1.zip"
TABLE = pd.DataFrame({"x": [0.5, np.nan, 2.0], "c": pd.Categorical(["a", "b", "a"])}, [4, 1, 9])
CLAIM = Claim(name="day_has_rows", passed=False, observed="3 rows", bound="30", todo="wait")
SCORED_BY = {"version": "3", "model_id": "m-1", "dataset_version": "a1"}
RECORDS = [
    RawData(table=TABLE, dataset_version="a1", seen_through=date(2026, 1, 4)),
    FeatureTable(table=TABLE, dataset_version="a1"),
    LiveDay(table=TABLE, dataset_version="a1", claims=(CLAIM,)),
    Predictions(table=TABLE, seconds_per_1000_rows=0.1 + 0.2, **SCORED_BY),
]
NAMES = [type(record).__name__ for record in RECORDS]


def facts(record: TableRecord) -> dict:
    return record.model_dump()


@pytest.mark.parametrize("record", RECORDS, ids=NAMES)
def test_a_record_comes_back_with_its_table(record):
    content, ending = serialize(record)
    assert ending == "parquet"
    found = deserialize(content, type(record))
    assert facts(found) == facts(record)
    pd.testing.assert_frame_equal(found.table, TABLE)
    assert serialize(record)[0] == content  # files are named after their content


def test_without_a_type_it_is_a_plain_table():
    found = deserialize(serialize(RECORDS[0])[0], None)
    pd.testing.assert_frame_equal(found, TABLE)
    assert not found.attrs
    pd.testing.assert_frame_equal(deserialize(serialize(TABLE)[0], None), TABLE)


def test_a_record_does_not_copy_its_table():
    assert all(record.table is TABLE for record in RECORDS)


def test_a_column_of_numbers_and_words_is_stored_as_text():
    mixed = RawData(table=pd.DataFrame({"x": [1, "high"]}), dataset_version="a1")
    found = deserialize(serialize(mixed)[0], RawData)
    assert found.table["x"].tolist() == ["1", "high"]
    assert mixed.table["x"].tolist() == [1, "high"]


@pytest.mark.parametrize(
    ("file", "type_", "expected"),
    [
        ("raw_data/7a73430d65e79661", RawData, {"seen_through": date(2026, 1, 6)}),
        ("features/9d7a10909b3109a7", FeatureTable, {"seen_through": date(2026, 1, 5)}),
        ("live_data/2026-01-08/1c95eede8404ab14", LiveDay, {}),
        ("predictions/2026-01-08/2b3b7cf8001dc88a", Predictions, {"version": "2"}),
    ],
)
def test_files_of_release_0_1_are_read(file, type_, expected):
    with ZipFile(HOME_OF_0_1) as archive:
        content = archive.read(f"backup/home/lake/churn/{file}.parquet")
    found = deserialize(content, type_)
    assert len(found.table)
    assert len(found.dataset_version) == 16
    assert expected.items() <= facts(found).items()
    assert facts(deserialize(serialize(found)[0], type_)) == facts(found)


def test_what_else_was_in_the_attrs_of_a_source_is_left_out(tmp_path):
    old = TABLE.copy()
    old.attrs = {**SCORED_BY, "seconds_per_1000_rows": 0.2, "made_by": "a spreadsheet"}
    old.to_parquet(tmp_path / "old.parquet")
    found = deserialize((tmp_path / "old.parquet").read_bytes(), Predictions)
    assert (found.version, found.seconds_per_1000_rows) == ("3", 0.2)
