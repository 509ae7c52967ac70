"""A day of a source in batches has the rows, types and version of the same day as a whole."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from mlops_assets.data.sources.base import SourceSpec
from mlops_assets.data.sources.csv import CsvSource
from mlops_assets.data.sources.parquet import ParquetSource
from mlops_assets.data.sources.sql import SqlSource
from mlops_assets.data.table_parts import PartsOnDisk, TableParts, read_day_parts
from mlops_assets.features.dataset_version import DatasetVersion, dataset_version
from mlops_assets.platform.settings import Settings

DAY, BEFORE = date(2026, 1, 5), date(2026, 1, 4)
ROWS, BATCH = 50, 12
GAP = 40
"""The first row with gaps: no part before it shows that its columns have some."""


def patients() -> pd.DataFrame:
    """What a value is in one part is not always what it is in another."""
    late = [row >= GAP for row in range(ROWS)]
    return pd.DataFrame(
        {
            "id": [f"P{row:03d}" for row in range(ROWS)],
            "whole": range(ROWS),
            "gaps": [None if gone else row for row, gone in enumerate(late)],
            "flag": pd.Series([None if gone else row % 2 == 0 for row, gone in enumerate(late)]),
            "label": [None if row < 15 else "abc"[row % 3] for row in range(ROWS)],
            "seldom": [0.5 if row == 45 else None for row in range(ROWS)],
            "seen": pd.Timestamp(DAY),
        }
    )


def csv_of(folder: Path, table: pd.DataFrame) -> SourceSpec:
    table.to_csv(folder / f"{DAY}.csv", index=False)
    return CsvSource(path=str(folder / "{day}.csv"), date_format={"seen": "ISO8601"})


def parquet_of(folder: Path, table: pd.DataFrame) -> SourceSpec:
    table.to_parquet(folder / f"{DAY}.parquet", row_group_size=17)
    return ParquetSource(path=str(folder / "{day}.parquet"))


def folder_of(folder: Path, table: pd.DataFrame) -> SourceSpec:
    (folder / str(DAY)).mkdir()
    for number, start in enumerate(range(0, len(table), 20)):
        part = table.iloc[start : start + 20].astype({"gaps": "float64", "flag": "boolean"})
        part.to_parquet(folder / str(DAY) / f"part-{number}.parquet")
    return ParquetSource(path=str(folder / "{day}"))


def sql_of(folder: Path, table: pd.DataFrame) -> SourceSpec:
    engine = sa.create_engine(Settings.from_environment().warehouse_url)
    with engine.begin() as connection:
        table.to_sql("patients", connection, index=False)
    engine.dispose()
    return SqlSource(table="patients", date_format={"seen": "ISO8601"})


def read(source: SourceSpec, timestamp: str | None = None, *, rows: int = BATCH) -> TableParts:
    settings = Settings.from_environment().model_copy(update={"batch_rows": rows})
    return read_day_parts(source, settings, DAY, timestamp, "UTC", ["seen"])


@pytest.mark.parametrize("write", [csv_of, parquet_of, folder_of])
def test_batches_are_the_whole_day_in_its_types(home, tmp_path, write):
    source = write(tmp_path, patients())
    whole = source.read_day(Settings.from_environment(), DAY, None)
    day = read(source)
    assert isinstance(day, PartsOnDisk)
    batches = list(day.batches())
    assert [len(it) for it in batches] == [12, 12, 12, 12, 2]
    require_same(pd.concat(batches), whole)
    require_same(day.frame(["flag", "id"]), whole[["flag", "id"]])
    assert version_of(day) == dataset_version(whole)


def test_rows_of_a_database_are_selected_part_by_part(home, tmp_path):
    other = patients().assign(seen=pd.Timestamp(BEFORE))
    source = sql_of(tmp_path, pd.concat([other, patients()]))
    whole = source.read_day(Settings.from_environment(), DAY, "seen")
    day = read(source, "seen")
    assert isinstance(day, PartsOnDisk)
    require_same(pd.concat(day.batches()), whole)
    assert version_of(day) == dataset_version(whole)


def test_the_day_of_a_longer_file_is_selected_part_by_part(home, tmp_path):
    days = [patients().assign(seen=pd.Timestamp(DAY) - timedelta(days=age)) for age in (2, 1, 0)]
    pd.concat(days).to_parquet(tmp_path / "all.parquet")
    source = ParquetSource(path=str(tmp_path / "all.parquet"))
    whole = source.read_day(Settings.from_environment(), DAY, "seen")
    day = read(source, "seen")
    assert isinstance(day, PartsOnDisk)
    require_same(pd.concat(day.batches()), whole)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"whole": ["1"] * GAP + ["high"] * (ROWS - GAP)}, "column 'whole' has the types"),
        ({"whole": [2**60] * GAP + [None] * (ROWS - GAP)}, "column 'whole' has the types"),
    ],
)
def test_a_day_whose_parts_differ_is_read_as_a_whole(home, tmp_path, caplog, changed, why):
    table = patients().assign(**{k: pd.Series(v, dtype=object) for k, v in changed.items()})
    source = csv_of(tmp_path, table)
    (batch,) = read(source).batches()
    pd.testing.assert_frame_equal(batch, source.read_day(Settings.from_environment(), DAY, None))
    assert why in caplog.text


def test_dates_in_text_decide_together_how_they_are_written(home, tmp_path, caplog):
    # Only the last one tells that the day is first.
    written = ["03/02/2026"] * (ROWS - 1) + ["28/01/2026"]
    table = patients().assign(seen=written)
    table.to_csv(tmp_path / f"{DAY}.csv", index=False)
    (batch,) = read(CsvSource(path=str(tmp_path / "{day}.csv"))).batches()
    assert batch["seen"].tolist() == written
    assert "`date_format`" in caplog.text


@pytest.mark.parametrize("write", [csv_of, parquet_of])
def test_a_day_of_one_part_stays_in_memory(home, tmp_path, write):
    source = write(tmp_path, patients())
    day = read(source, rows=ROWS + 1)
    assert not isinstance(day, PartsOnDisk)
    (batch,) = day.batches()
    pd.testing.assert_frame_equal(batch, source.read_day(Settings.from_environment(), DAY, None))


def require_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """In all but what a missing object is: None or NaN."""
    objects = expected.select_dtypes("object")
    gaps = {name: objects[name].where(objects[name].notna(), None) for name in objects}
    pd.testing.assert_frame_equal(found, expected.assign(**gaps))


def version_of(day: TableParts) -> str:
    version = DatasetVersion()
    for batch in day.batches():
        version.add(batch)
    return version.digest()
