"""The hash of what a result is made of changes with all of it."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data import input_digest
from mlops_assets.data.input_digest import rows_digest
from mlops_assets.platform import package_code

TABLE = pd.DataFrame({"x": [1.0, 2.0, np.nan], "c": ["a", "b", None]})
CHANGED = {
    "a value": TABLE.assign(x=[1.0, 2.0000001, np.nan]),
    "a gap": TABLE.assign(x=[1.0, 2.0, 0.0]),
    "the order of rows": TABLE.iloc[::-1],
    "the order of rows, numbered anew": TABLE.iloc[::-1].reset_index(drop=True),
    "the index": TABLE.set_axis([0, 1, 3]),
    "the order of columns": TABLE[["c", "x"]],
    "a name": TABLE.rename(columns={"x": "y"}),
    "a type": TABLE.astype({"x": "float32"}),
    "a row more": pd.concat([TABLE, TABLE.tail(1)]),
}


@pytest.mark.parametrize("what", CHANGED)
def test_rows(what):
    assert rows_digest([TABLE]) == rows_digest([TABLE.copy()])
    assert rows_digest([TABLE]) != rows_digest([CHANGED[what]])


def test_a_changed_comment_of_any_file_of_the_package_counts(tmp_path, monkeypatch):
    (tmp_path / "tasks" / "__pycache__").mkdir(parents=True)
    file = tmp_path / "tasks" / "page.html"
    monkeypatch.setattr(package_code, "PACKAGE", tmp_path)
    seen = []
    for text in ("a", "b", "a"):
        file.write_text(text)
        (tmp_path / "tasks" / "__pycache__" / f"page.pyc.{len(seen)}").write_text(text)
        input_digest._code.cache_clear()
        seen.append(input_digest.input_digest("same"))
    input_digest._code.cache_clear()
    assert seen[0] == seen[2] != seen[1]


def test_an_installed_package_counts(tmp_path, monkeypatch):
    before = input_digest.input_digest("same")
    (tmp_path / "numpy-9.9.9.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    input_digest._installed.cache_clear()
    assert input_digest.input_digest("same") != before
    input_digest._installed.cache_clear()
