"""The discovered union of sources, and what holds for every table that is read."""

import subprocess
import sys
from datetime import date
from typing import Literal

import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from mlops_assets.data.sources.base import SourceSpec, plain_table
from mlops_assets.data.sources.registry import Source, source_types
from mlops_assets.errors import InputError

HEAVY = {"pandas", "numpy", "sqlalchemy", "pyarrow", "dagster", "mlflow", "sklearn"}


def test_every_source_is_found():
    kinds = {cls.model_fields["type"].default for cls in source_types()}
    assert {"csv", "parquet", "sql", "simulator", "python"} <= kinds


def test_the_type_decides_the_source():
    source = TypeAdapter(Source).validate_python({"type": "sql", "table": "citizens"})
    assert (type(source).__name__, source.table) == ("SqlSource", "citizens")


def test_unknown_type_names_the_known_ones():
    with pytest.raises(ValidationError, match="csv"):
        TypeAdapter(Source).validate_python({"type": "excel", "path": "a.xlsx"})


def test_unknown_field_is_refused():
    with pytest.raises(ValidationError, match="seperator"):
        TypeAdapter(Source).validate_python({"type": "csv", "path": "a.csv", "seperator": ";"})


def test_every_field_is_described():
    fields = [field for cls in source_types() for field in cls.model_fields.items()]
    assert [name for name, field in fields if name != "type" and not field.description] == []


@pytest.mark.process
def test_import_stays_light():
    code = "import sys, mlops_assets.data.sources.registry; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert HEAVY & set(loaded.decode().split()) == set()


def test_named_index_becomes_a_column():
    table = pd.DataFrame({"a": [1, 2], 3: [4, 5]}, index=pd.Index([7, 8], name="id"))
    expected = pd.DataFrame({"id": [7, 8], "a": [1, 2], "3": [4, 5]})
    pd.testing.assert_frame_equal(plain_table(table, "t"), expected)


def test_unnamed_index_is_dropped():
    table = pd.DataFrame({"a": [1, 2]}, index=[5, 9])
    pd.testing.assert_frame_equal(plain_table(table, "t"), pd.DataFrame({"a": [1, 2]}))


def test_names_that_become_equal_are_refused():
    with pytest.raises(InputError, match=r"more than one column named \['1'\]"):
        plain_table(pd.DataFrame([[1, 2]], columns=[1, "1"]), "t")


class Empty(SourceSpec):
    """A source without rows."""

    type: Literal["empty"] = "empty"

    @property
    def origin(self):
        """Its name."""
        return "t"

    def load(self, settings):
        """No row."""
        return pd.DataFrame({"a": [], "at": []})


def test_no_rows_is_refused_for_training_and_an_empty_day_is_not(settings):
    with pytest.raises(InputError, match="t has no rows"):
        Empty().read(settings)
    assert Empty().read_day(settings, date(2026, 1, 5), "at").empty
