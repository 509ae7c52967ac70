"""Names and values are shown as they stand, and are never markup."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.platform.markdown import frame_table, plain, table, text_of


@pytest.mark.parametrize(
    "text",
    [
        "![a](http://b)",
        "<img src=x>",
        "[a](javascript:b)",
        "**a**",
        "`a`",
        "_a_",
        "&lt;",
        "$a$",
        "[a] (//b)",
        "\\",
    ],
)
def test_markup_is_spelt_with_entities(text):
    shown = plain(text)
    assert not {*"<|`*$\\"} & {*shown}
    assert "](" not in shown.replace(" ", "")
    assert not shown.startswith("_")
    assert text_of(shown) == text


@pytest.mark.parametrize(
    "text",
    ["roc_auc", "total charges", "-1.5 to 2", "2026-01-05", "Größe_m", "[0.1, 0.2]", "a -> b!"],
)
def test_what_is_no_markup_stays_readable(text):
    assert plain(text) == text


def test_a_cell_ends_where_the_value_ends():
    shown = table(["name", "value"], [("a|b", "two\nlines"), ("c", 1.5)])
    assert shown.splitlines() == [
        "| name | value |",
        "| --- | --- |",
        "| a&#124;b | two lines |",
        "| c | 1.5 |",
    ]


def test_a_frame_has_plain_names_values_and_index():
    frame = pd.DataFrame(
        {"<b>": pd.Categorical(["<i>", None]), "n": [1.23456, np.nan]}, index=["*x*", "y"]
    ).rename_axis("[k]")
    shown = frame_table(frame, index=True, numbers=".3g")
    assert not {*"<*"} & {*shown}
    assert [line.count("|") for line in shown.splitlines()] == [4] * 4
    assert "1.23" in shown
    assert "1.234" not in shown


def test_whole_numbers_are_written_out_also_in_a_table_of_numbers_only():
    shown = frame_table(pd.DataFrame({"row": [1748], "probability": [0.97444]}), numbers=".3g")
    assert [it.strip() for it in shown.splitlines()[-1].split("|")[1:-1]] == ["1748", "0.974"]
