"""A URL whose driver is missing is one line with what to install, and shows no secret."""

import sys

import fsspec
import pytest

from mlops_assets.errors import InputError
from mlops_assets.platform.file_systems import open_files


def test_a_folder_is_opened(tmp_path):
    files, root = open_files(str(tmp_path))
    assert files.exists(root)


def test_s3_without_its_driver_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(InputError, match="optional dependencies `s3`") as error:
        open_files("s3://key:secret@bucket/lake?token=secret")
    assert f"pip install s3fs=={fsspec.__version__}" in str(error.value)
    assert "LAKE_URL is s3://bucket/lake" in str(error.value)
    assert "secret" not in str(error.value)
    assert "\n" not in error.value.seen


def test_another_missing_driver_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(InputError, match="gcsfs"):
        open_files("gs://bucket/lake")


def test_an_unknown_protocol_is_no_traceback():
    with pytest.raises(InputError, match="no protocol of fsspec"):
        open_files("s4://bucket/lake")
