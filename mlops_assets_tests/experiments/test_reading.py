"""What the status of an experiment reads: its rows, and little else."""

from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest

from mlops_assets.data.prediction_log.packing import pack
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.experiments.log import MadeLog

LATER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def log(tmp_path) -> MadeLog:
    """Three days of an experiment after three days without one, each day packed."""
    made = MadeLog(tmp_path)
    for day in range(-3, 0):
        for _ in range(40):
            made.row(day, "champion", 1, experiment="", unit="")
    made.days(3, 40, lambda *_: True)
    made.write_daily()
    settings = Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path)})
    assert len(pack(settings, "small", LATER)) == 6
    made.files.clear()
    return made


def packed(log: MadeLog):
    return sorted((log.home / "lake" / "small" / "prediction_log").glob("*.parquet"))


def destroy(path, column: str) -> None:
    """Overwrite what a Parquet file has of a column, and leave its footer."""
    content = bytearray(path.read_bytes())
    metadata = pq.read_metadata(path)
    for group in range(metadata.num_row_groups):
        columns = map(metadata.row_group(group).column, range(metadata.num_columns))
        chunk = next(it for it in columns if it.path_in_schema == column)
        begin = chunk.dictionary_page_offset or chunk.data_page_offset
        content[begin : begin + chunk.total_compressed_size] = bytes(chunk.total_compressed_size)
    path.write_bytes(content)


def rows(log: MadeLog, day: int) -> int:
    return sum(it.rows for it in log.judge(day).variants)


def test_of_days_without_the_experiment_only_the_footer_is_read(log):
    for path in packed(log)[:3]:
        for column in pq.read_schema(path).names:
            destroy(path, column)
    assert rows(log, 3) == 120


@pytest.mark.parametrize("column", ["row", "context", "client"])
def test_of_its_days_only_the_columns_that_it_needs_are_read(log, column):
    for path in packed(log)[3:]:
        destroy(path, column)
    assert rows(log, 3) == 120


def test_an_earlier_experiment_is_not_mixed_with_the_newest(tmp_path):
    made = MadeLog(tmp_path)
    made.days(1, 20, lambda *_: True)
    made.row(1, "champion", 1, experiment="small-2-3")
    assert made.judge(2).experiment == "small-2-3"
    assert rows(made, 2) == 1
    assert rows(made, 1) == 20
