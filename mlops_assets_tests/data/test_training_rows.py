"""Training rows in many batches have the version, checks and rows that they have as one."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.checks.row_counts import RowCounts
from mlops_assets.data.personal_data import NOTHING_PERSONAL
from mlops_assets.data.sources.parquet import ParquetSource
from mlops_assets.data.table_parts import PartsOnDisk, read_table_parts
from mlops_assets.data.training_rows import record_rows
from mlops_assets.data.training_tables import RawData
from mlops_assets.data.training_window import newest, newest_parts
from mlops_assets.errors import InputError
from mlops_assets.features.dataset_version import dataset_version
from mlops_assets.platform.settings import Settings
from mlops_assets.tasks.training_spec import TrainingSpec

DAY = date(2026, 1, 5)
ROWS, BATCH = 300, 70
LATE = 250


def table() -> pd.DataFrame:
    row = np.arange(ROWS)
    return pd.DataFrame(
        {
            "id": [f"P{it}" for it in row],
            "x": pd.Series(row * 0.5).where(row < LATE),
            "c": ["abc"[it % 3] for it in row],
            "at": pd.Timestamp(DAY) - pd.to_timedelta(row % 30, unit="D"),
            "y": row % 2,
        }
    )


def spec() -> TrainingSpec:
    columns = {"numeric": ["x"], "categorical": ["c"]}
    given = {"target": "y", "identity": ["id"], "columns": columns, "timestamp": "at"}
    return TrainingSpec.model_validate(given)


@pytest.fixture
def read(home, tmp_path):
    """Record a table from a Parquet file, in batches of some rows."""

    def recorded(rows: pd.DataFrame, batch: int, window: str | None = None) -> RawData:
        rows.to_parquet(tmp_path / "t.parquet", row_group_size=40)
        settings = Settings.from_environment().model_copy(update={"batch_rows": batch})
        parts = read_table_parts(ParquetSource(path=str(tmp_path / "t.parquet")), settings, DAY)
        assert isinstance(parts, PartsOnDisk) == (batch < len(rows))
        parts = newest_parts(parts, "at", window)
        counts = RowCounts(spec(), NOTHING_PERSONAL, spec().task.require_context)
        facts = {"minimum_rows": 50, "judged_by": "d", "seen_through": DAY}
        return record_rows(parts, counts, **facts)[0]

    return recorded


def failed(raw: RawData) -> dict[str, str]:
    return {it.name: it.observed for it in raw.claims if not it.passed}


def test_many_batches_are_recorded_as_one(read):
    many, one = read(table(), BATCH), read(table(), ROWS)
    assert [len(it) for it in many.content.batches()] == [70, 70, 70, 70, 20]
    assert len([*one.content.batches()]) == 1
    assert many.model_dump() == one.model_dump()
    assert many.dataset_version == dataset_version(table())
    pd.testing.assert_frame_equal(many.table, one.table, check_exact=True)
    assert failed(many) == {}


@pytest.mark.parametrize("batch", [7, 40, 41, 299])
def test_the_version_does_not_depend_on_order_or_batches(read, batch):
    shuffled = table().sample(frac=1, random_state=3)
    assert read(shuffled, batch).dataset_version == dataset_version(table())


@pytest.mark.parametrize(
    ("change", "claim", "observed"),
    [
        ({"x": "high"}, "columns_fit_their_roles", "the first is in row 251"),
        ({"y": None}, "no_missing_target", "50 of 300 rows have no 'y'"),
        ({"id": "P0"}, "no_repeated_identity", "50 of 300 rows repeat an earlier ['id']"),
    ],
)
def test_what_is_wrong_with_a_late_batch_is_told_as_of_the_whole(read, change, claim, observed):
    bad = table().astype(object)
    for name, value in change.items():
        bad.loc[LATE:, name] = value
    bad = bad.astype({"at": "datetime64[ns]"}).assign(x=bad["x"].map(str, na_action="ignore"))
    many, one = read(bad, BATCH), read(bad, ROWS)
    assert failed(many) == failed(one)
    assert [*failed(many)] == [claim]
    assert observed in failed(many)[claim]


def test_a_window_ends_at_the_newest_row_of_all_batches(read):
    many, one = read(table(), BATCH, "7d"), read(table(), ROWS, "7d")
    expected = newest(table(), "at", "7d").reset_index(drop=True)
    assert many.dataset_version == one.dataset_version == dataset_version(expected)
    pd.testing.assert_frame_equal(many.table, expected)


def test_a_table_without_rows_is_refused(home, tmp_path):
    table().head(0).to_parquet(tmp_path / "t.parquet")
    source = ParquetSource(path=str(tmp_path / "t.parquet"))
    with pytest.raises(InputError, match="has no rows"):
        read_table_parts(source, Settings.from_environment(), DAY)


class BreaksOff(ParquetSource):
    """A source that fails after some parts."""

    def load_parts(self, settings: Settings, rows: int) -> Iterator[pd.DataFrame]:
        """The first parts."""
        for number, part in enumerate(super().load_parts(settings, rows)):
            if number == 3:
                raise InputError(seen="the rest is gone", expected="all", todo="wait")
            yield part


def test_a_failure_in_a_late_part_leaves_no_file(home, tmp_path, monkeypatch):
    table().to_parquet(tmp_path / "t.parquet")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    settings = Settings.from_environment().model_copy(update={"batch_rows": BATCH})
    with pytest.raises(InputError, match="the rest is gone"):
        read_table_parts(BreaksOff(path=str(tmp_path / "t.parquet")), settings, DAY)
    assert left_in(tmp_path / "temporary") == []


def left_in(folder: Path) -> list[str]:
    return [it.name for it in folder.rglob("*") if it.is_file()]
