"""A label has one text, whatever column, file or library its value comes from."""

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mlops_assets.features.columns import to_categorical, to_labels, to_text
from mlops_assets.features.labels import class_name, label_texts, spelt_like
from mlops_assets.features.row_hash import row_hashes


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *[(it, it) for it in ("01234", "1E3", "+5", "2.50", "TRUe", " a ", "NA", "None", "?")],
        *[(it, "2") for it in (2, 2.0, "2.0", " 2", "2.00", np.float32(2), Decimal("2.00"))],
        *[(it, "True") for it in (True, np.True_, "true", "TRUE", "True")],
        *[(it, "False") for it in (False, "false", "FALSE")],
        (2.5, "2.5"),
        (np.float32(0.1), "0.1"),
        (Decimal("2.50"), "2.5"),
        (Decimal("12345678901234567890"), "12345678901234567890"),
        (-0.0, "0"),
        (1e20, "1e+20"),
        (date(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5, 8), "2026-01-05 08:00:00"),
        *[(it, None) for it in (None, np.nan, pd.NA, pd.NaT, "", "  ", Decimal("NaN"))],
    ],
)
def test_the_text_of_a_value_depends_on_nothing_else(value, text):
    alone = label_texts(pd.Series([value], dtype=object))
    among = label_texts(pd.Series([value, "maybe", 7.5, True, 1], dtype=object))
    assert alone.tolist() == [text]
    assert among.tolist() == [text, "maybe", "7.5", "True", "1"]


@pytest.mark.parametrize(
    "dtype",
    [
        "int64",
        "Int64",
        "float64",
        "float32",
        "Float64",
        "str",
        "string",
        "category",
        "object",
        "int64[pyarrow]",
        "double[pyarrow]",
        "string[pyarrow]",
        "Sparse[int]",
    ],
)
def test_every_dtype_gives_the_same_labels(dtype):
    values = pd.Series([1234, 2, 1234]).astype(dtype)
    assert to_categorical(values).tolist() == to_text(values).tolist() == ["1234", "2", "1234"]


def test_exact_numbers_stay_exact():
    long = pa.array([Decimal("12345678901234567890"), None])
    found = label_texts(pd.Series(pd.arrays.ArrowExtensionArray(long)))
    assert found.tolist() == ["12345678901234567890", None]


@pytest.mark.parametrize("dtype", ["bool", "boolean", "category", "object", "str", "bool[pyarrow]"])
def test_a_target_of_booleans_is_one_and_zero(dtype):
    found = to_labels(pd.Series([True, False]).astype(dtype))
    assert (found.tolist(), found.dtype) == ([1, 0], np.int64)


def test_a_class_is_spelt_alike_in_a_file_of_others():
    assert to_labels(pd.Series(["true", "false", "maybe"])).tolist() == ["1", "0", "maybe"]
    assert to_labels(pd.Series(["001", "002"])).tolist() == ["001", "002"]
    assert to_labels(pd.Series(["1", "2.0"])).tolist() == [1, 2]
    assert to_labels(pd.Series(["None", "NA", "null"])).tolist() == ["None", "NA", "null"]


@pytest.mark.parametrize("positive", [1, 1.0, True, "1", "1.0", "true", "True"])
def test_a_positive_class_may_be_written_in_several_ways(positive):
    assert class_name(positive) == "1"


def test_labels_are_spelt_like_those_of_an_older_version():
    known = ["1234", "A", "true", "2.0", "2.5"]
    given = pd.Series(["01234", "A", "B", "True", "2", "2.50", "none", None])
    spelt = ["1234", "A", "B", "true", "2.0", "2.5", None, None]
    assert spelt_like(given, known).tolist() == spelt
    assert spelt_like(given, [*known, "none"]).tolist()[6] == "none"


def test_a_flag_of_any_spelling_keeps_its_row_on_its_side():
    spellings = (pd.Series(it) for it in ([True], ["True"], ["true"], ["TRUE"], [1]))
    assert len({int(row_hashes([it], 1, exact=False)[0]) for it in spellings}) == 1
