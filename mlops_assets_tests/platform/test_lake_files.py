"""Files of the lake are written as a whole or not at all, on this machine and elsewhere."""

import io

import fsspec
import pandas as pd
import pytest

from mlops_assets.claims import Claim
from mlops_assets.errors import InputError
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.platform.lake import read_newest, write_newest
from mlops_assets.platform.lake_files import write_file
from mlops_assets.platform.table_writer import TableWriter
from mlops_assets_tests.world import small_table

PLACE = ["small", "live_data", "2026-01-05"]


def written(*batches: pd.DataFrame) -> LiveDay:
    writer = TableWriter()
    for batch in batches:
        writer.write(batch)
    claim = Claim(name="day_has_rows", passed=True, observed="7 rows", bound="1", todo="")
    return writer.finish(LiveDay, dataset_version="d", claims=(claim,))


@pytest.mark.parametrize("url", ["", "memory://test_lake_files/lake"])
def test_batches_come_back_as_they_were_written(home, monkeypatch, url):
    if url:
        monkeypatch.setenv("LAKE_URL", url)
    table = small_table(7)
    record = written(table[:3], table[3:6], table[6:])
    write_newest(PLACE, record)
    found = read_newest(PLACE, LiveDay)
    assert found.model_dump() == record.model_dump()
    assert [len(batch) for batch in found.content.batches()] == [3, 3, 1]
    pd.testing.assert_frame_equal(pd.concat(found.content.batches()), table)
    pd.testing.assert_frame_equal(found.table, table)
    pd.testing.assert_frame_equal(next(found.content.batches(["c"])), table[["c"]][:3])


def test_a_record_that_was_changed_is_stored_with_its_change(home):
    record = written(small_table(7)).model_copy(update={"dataset_version": "other"})
    write_newest(PLACE, record)
    assert read_newest(PLACE, LiveDay).dataset_version == "other"


def test_a_column_without_a_value_in_the_first_batch_has_its_type(home):
    import pyarrow as pa

    writer = TableWriter({"c": pa.string()})
    table = small_table(6).assign(c=[None, None, None, "a", "b", None])
    writer.write(table[:3])
    writer.write(table[3:])
    record = writer.finish(LiveDay, dataset_version="d", claims=())
    pd.testing.assert_frame_equal(record.table, table)


def test_temporary_files_are_gone_with_what_needed_them(home, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    record, unfinished = written(small_table(7)), TableWriter()
    unfinished.write(small_table(7))
    assert len(list((tmp_path / "temporary").iterdir())) == 2
    del record, unfinished
    assert not list((tmp_path / "temporary").iterdir())


class Torn(io.BytesIO):
    """A content that can be read once, and the second time only in part."""

    passes = 0

    def seek(self, *where: int) -> int:
        """Begin again."""
        self.passes += 1
        return super().seek(*where)

    def read(self, *size: int | None) -> bytes:
        """Read, and the second time fail after the first piece."""
        if self.passes and self.tell():
            raise OSError("Input/output error")
        return super().read(*size)


@pytest.mark.parametrize("url", ["", "memory://test_lake_files/torn"])
def test_what_is_torn_while_it_is_written_leaves_nothing(home, monkeypatch, url):
    if url:
        monkeypatch.setenv("LAKE_URL", url)
    with pytest.raises(OSError, match="Input/output error"):
        write_file(PLACE, Torn(bytes(3 << 20)), "parquet")
    files, root = fsspec.url_to_fs(url or str(home / "lake"))
    assert not files.find(root)


def test_a_file_that_is_gone_or_damaged_is_told_before_it_is_used(home):
    path = home / "lake" / write_newest(PLACE, written(small_table(7)))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InputError, match="is not what was written there"):
        read_newest(PLACE, LiveDay)
    path.unlink()
    with pytest.raises(InputError, match="is gone"):
        read_newest(PLACE, LiveDay)
