"""Parquet sources: files, folders, fsspec addresses, and what is refused."""

import fsspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from mlops_assets.data.sources.parquet import ParquetSource
from mlops_assets.errors import InputError

TABLE = pd.DataFrame({"a": [1, 2], "b": ["x", None]})


def test_file(settings):
    TABLE.to_parquet(settings.project_root / "data.parquet")
    pd.testing.assert_frame_equal(ParquetSource(path="data.parquet").read(settings), TABLE)


def test_folder_of_files(settings):
    (settings.project_root / "data").mkdir()
    for part in (0, 1):
        TABLE.to_parquet(settings.project_root / "data" / f"{part}.parquet")
    assert ParquetSource(path="data").read(settings)["a"].tolist() == [1, 2, 1, 2]


def test_stored_index_comes_back_as_a_column(settings):
    TABLE.set_index("a").to_parquet(settings.project_root / "data.parquet")
    pd.testing.assert_frame_equal(ParquetSource(path="data.parquet").read(settings), TABLE)


def test_fsspec_address(settings):
    with fsspec.open("memory://bucket/data.parquet", "wb") as file:
        TABLE.to_parquet(file)
    source = ParquetSource(path="memory://bucket/data.parquet")
    pd.testing.assert_frame_equal(source.read(settings), TABLE)


def test_http_address(settings, web):
    TABLE.to_parquet(web.folder / "data.parquet")
    source = ParquetSource(path=f"{web.url}/data.parquet")
    pd.testing.assert_frame_equal(source.read(settings), TABLE)


def test_missing_file_names_the_nearest(settings):
    TABLE.to_parquet(settings.project_root / "data.parquet")
    with pytest.raises(InputError, match=r"nearest name is 'data\.parquet'"):
        ParquetSource(path="dat.parquet").read(settings)


@pytest.mark.parametrize("path", ["memory://bucket/none.parquet", "nosuch://bucket/a.parquet"])
def test_unreachable_address(settings, path):
    with pytest.raises(InputError, match=f"{path} could not be read"):
        ParquetSource(path=path).read(settings)


def test_no_parquet(settings):
    (settings.project_root / "data.parquet").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="could not be read"):
        ParquetSource(path="data.parquet").read(settings)


def test_no_rows(settings):
    TABLE.head(0).to_parquet(settings.project_root / "data.parquet")
    with pytest.raises(InputError, match="no rows"):
        ParquetSource(path="data.parquet").read(settings)


def test_repeated_names(settings):
    table = pa.table([[1], [2]], names=["a", "a"])
    pq.write_table(table, settings.project_root / "data.parquet")
    with pytest.raises(InputError, match=r"more than one column named \['a'\]"):
        ParquetSource(path="data.parquet").read(settings)


def test_hash(settings):
    TABLE.to_parquet(settings.project_root / "data.parquet")
    with pytest.raises(InputError, match="0" * 64):
        ParquetSource(path="data.parquet", sha256="0" * 64).read(settings)


def test_hash_of_a_folder(settings):
    (settings.project_root / "data").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        ParquetSource(path="data", sha256="0" * 64).read(settings)


def test_hash_of_another_address_is_refused():
    with pytest.raises(ValidationError, match="sha256"):
        ParquetSource(path="s3://bucket/a.parquet", sha256="0" * 64)
