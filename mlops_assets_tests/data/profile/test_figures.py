"""Pictures of a table draw for every role, and say what they leave out."""

import numpy as np
import pandas as pd

from mlops_assets.data.profile import figures as profile_figures
from mlops_assets.features.columns import Columns
from mlops_assets_tests.pictures import collisions, size


def test_a_table_of_every_role_draws_with_gaps_and_empty_columns():
    table = pd.DataFrame(
        {
            "number": [1.0, np.nan, 3.0],
            "empty": [np.nan] * 3,
            "label": ["a", "b", None],
            "flag": [1.0, 0.0, np.nan],
            "day": pd.to_datetime(["2026-01-01", "2026-03-01", None]),
            "note": ["long", "", "longer"],
        }
    )
    columns = Columns(
        numeric=["number", "empty"],
        categorical=["label"],
        boolean=["flag"],
        date=["day"],
        text=["note"],
    )
    drawn = profile_figures.histograms(table, columns)
    size(drawn)
    titles = [axes.get_title() for axes in drawn.axes[:2]]
    assert titles == ["number, 33.3 % missing", "empty, 100 % missing"]
    size(profile_figures.histograms(table, Columns(numeric=["number"])))


def test_wide_tables_are_cut_and_say_so():
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(50, 30))).rename(columns="w{}".format)
    wide["w29"] = wide["w0"]
    drawn = profile_figures.histograms(wide, Columns(numeric=list(wide)))
    assert "the first 24 of 30" in drawn.get_suptitle()
    heatmap = profile_figures.correlation_heatmap(wide, list(wide))
    names = [label.get_text() for label in heatmap.axes[0].get_xticklabels()]
    assert len(names) == 24
    assert {"w0", "w29"} <= set(names)
    assert size(heatmap)[0] == 702


def test_titles_of_long_names_do_not_collide_and_units_are_on_the_axes():
    names = [f"{letter * 30}{number}" for number, letter in enumerate("WMwm")]
    table = pd.DataFrame({name: [1.0, 2.0, np.nan] for name in names})
    drawn = profile_figures.histograms(table, Columns(numeric=names), {names[0]: "mg/dl"})
    assert collisions(drawn) == []
    assert [axes.get_xlabel() for axes in drawn.axes] == ["mg/dl", "", "", ""]
    assert drawn.axes[0].get_title().startswith("WWW")


def test_columns_that_do_not_vary_have_no_correlation():
    table = pd.DataFrame({"a": [1, 2, 4], "b": [2, 1, 0], "c": 1})
    names = profile_figures.correlation_heatmap(table, ["a", "b", "c"]).axes[0].get_xticklabels()
    assert [name.get_text() for name in names] == ["a", "b"]
    size(profile_figures.correlation_heatmap(table, ["c"]))


def test_dollar_signs_in_a_name_begin_no_formula():
    name = "$x_{$"
    table = pd.DataFrame({name: [1.0, 2.0]})
    size(profile_figures.histograms(table, Columns(numeric=[name])))
