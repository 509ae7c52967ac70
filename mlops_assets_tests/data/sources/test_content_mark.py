"""Whether a source may have other rows than before, told without reading them."""

import os
from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from mlops_assets.data.sources.csv import CsvSource
from mlops_assets.data.sources.parquet import ParquetSource
from mlops_assets.data.sources.python import PythonSource
from mlops_assets.data.sources.simulator import SimulatorSource
from mlops_assets.data.sources.sql import SqlSource
from mlops_assets.platform.warehouse.reading import engine_url
from mlops_assets_tests.databases import DATABASES

ROWS = pd.DataFrame({"at": ["2026-01-01", "2026-01-02"], "y": ["a", None]})


def mark(source, settings) -> str:
    return source.content_mark(settings, "at", "y")


def test_of_a_file_it_changes_with_its_size_or_its_time(settings):
    path, source = settings.project_root / "data.csv", CsvSource(path="data.csv")
    path.write_text("at,y\n1,a\n")
    os.utime(path, ns=(0, 0))
    first = mark(source, settings)
    assert first == mark(source, settings) != ""
    os.utime(path, ns=(0, 1))
    second = mark(source, settings)
    path.write_text("at,y\n1,a\n2,b\n")
    os.utime(path, ns=(0, 1))
    assert len({first, second, mark(source, settings)}) == 3
    assert mark(CsvSource(path="data.csv", separator=";"), settings) != mark(source, settings)


def test_of_a_folder_it_changes_with_any_file_in_it(settings):
    folder = settings.project_root / "data"
    folder.mkdir()
    ROWS.to_parquet(folder / "0.parquet")
    first = mark(ParquetSource(path="data"), settings)
    ROWS.to_parquet(folder / "1.parquet")
    assert mark(ParquetSource(path="data"), settings) != first != ""


@pytest.mark.parametrize(
    "source",
    [
        CsvSource(path="absent.csv"),
        CsvSource(path="https://example.org/data.csv"),
        ParquetSource(path="s3://bucket/data.parquet"),
        PythonSource(function="package.module.rows"),
        SimulatorSource(name="heart_disease", rows=9, days=3),
        SimulatorSource(name="heart_disease", rows=9, shift_since=date(2026, 1, 1)),
        SqlSource(query="SELECT * FROM citizens"),
    ],
    ids=str,
)
def test_it_is_empty_where_only_reading_could_tell(source, settings):
    assert mark(source, settings) == ""


def test_what_never_changes_has_one(settings):
    pinned = CsvSource(path="https://example.org/data.csv", sha256="0" * 64)
    assert mark(pinned, settings) == mark(pinned, settings) != ""
    simulated = SimulatorSource(name="heart_disease", rows=9)
    assert mark(simulated, settings) != mark(
        SimulatorSource(name="heart_disease", rows=8), settings
    )


@pytest.fixture(params=DATABASES)
def warehouse(request, settings):
    """Settings on a warehouse of each kind."""
    if request.param == "sqlite":
        settings.home.mkdir()
        return settings
    return settings.model_copy(update={"warehouse_url": request.getfixturevalue("postgres")})


def test_of_a_table_it_changes_with_rows_and_labels(warehouse):
    source, marks = SqlSource(table="Marked rows"), []
    engine = sa.create_engine(engine_url(warehouse.warehouse_url))
    labelled, later = ROWS.assign(y="a"), ROWS.assign(y="a", at=["2026-01-01", "2026-01-03"])
    for rows in (ROWS, ROWS, labelled, later, pd.concat([later, later])):
        with engine.begin() as connection:
            rows.to_sql("Marked rows", connection, index=False, if_exists="replace")
        marks.append(mark(source, warehouse))
    engine.dispose()
    assert marks[0] == marks[1]
    assert len({*marks}) == 4
    assert source.content_mark(warehouse, None, "y") == ""
