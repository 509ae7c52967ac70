"""A file of the lake is one PUT: nothing is copied and deleted to rename it, or read in between."""

from collections.abc import Iterator

import pandas as pd
import pytest
import s3fs

from mlops_assets.data.prediction_log.packing import pack
from mlops_assets.platform.file_systems import open_files
from mlops_assets.platform.lake import read_newest, write_newest
from mlops_assets.platform.lake_files import write_file
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.data.prediction_log.test_prediction_log import DAY, LATER, line, write
from mlops_assets_tests.deploy.s3 import KEYS, s3_server

pytestmark = pytest.mark.process
WRITES = ("put", "copy", "delete", "upload", "multipart")


@pytest.fixture
def on_s3(home, monkeypatch) -> Iterator[Settings]:
    with s3_server() as url:
        here = {"LAKE_URL": "s3://state/lake", "MLFLOW_S3_ENDPOINT_URL": url}
        for name, value in {**KEYS, **here}.items():
            monkeypatch.setenv(name, value)
        s3fs.S3FileSystem.clear_instance_cache()
        settings = Settings.from_environment()
        open_files(settings.lake_url)[0].makedirs("state")
        yield settings


@pytest.fixture
def writes(monkeypatch) -> list[str]:
    """Every request that changes something, as `put_object lake/x`."""
    asked, made = s3fs.S3FileSystem._call_s3, list[str]()

    async def call(self, method, *given, **named):
        if any(it in method for it in WRITES):
            made.append(f"{method} {named.get('Key', '')}")
        return await asked(self, method, *given, **named)

    monkeypatch.setattr(s3fs.S3FileSystem, "_call_s3", call)
    return made


def test_a_value_and_a_packed_day_are_one_put_each(on_s3, writes, tmp_path):
    rows = pd.DataFrame({"n": [1, 2]})
    file = write_newest(["small", "raw_data"], rows)
    write(on_s3.home, line(1))
    assert pack(on_s3, "small", LATER) == [DAY]
    (tmp_path / "large").write_bytes(b"not in memory")
    with (tmp_path / "large").open("rb") as content:
        large = write_file(["small", "code"], content, "zip")
    assert writes == [
        f"put_object lake/{file}",
        "put_object lake/small/raw_data/newest.json",
        f"put_object lake/small/prediction_log/{DAY}.parquet",
        f"put_object lake/{large}",
    ]
    assert read_newest(["small", "raw_data"]).equals(rows)
