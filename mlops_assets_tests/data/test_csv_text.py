"""A table for a spreadsheet, in which data runs nothing."""

from io import StringIO

import pandas as pd
import pytest

from mlops_assets.data.csv_text import csv_text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1"])
def test_a_text_that_would_run_begins_with_an_apostrophe(text):
    table = pd.DataFrame({"c": [text, "plain"], text: [1, 2]})
    read = pd.read_csv(StringIO(csv_text(table)), dtype=str)
    assert read["c"].tolist() == [f"'{text}", "plain"]
    assert list(read) == ["c", f"'{text}"]


def test_a_carriage_return_does_not_end_the_row():
    assert csv_text(pd.DataFrame({"t": ["a\r=1"]})) == "t\na =1\n"


def test_numbers_and_missing_values_stay_what_they_are():
    table = pd.DataFrame({"n": [-1.5, None], "t": ["a", None], "b": [True, False]})
    assert csv_text(table) == "n,t,b\n-1.5,a,True\n,,False\n"
