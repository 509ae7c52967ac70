"""The quality of the data is the same number wherever it is looked at."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.checks.training_checks import warning_claims, warning_descriptions
from mlops_assets.data.profile.counted_table import CountedTable
from mlops_assets.data.profile.profile import profile
from mlops_assets.data.profile.quality import BOUNDS, QUALITIES
from mlops_assets.spec.data_gates import DataGates
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.feature_table import build_feature_table
from mlops_assets_tests.world import SMALL, small_table


def raw() -> pd.DataFrame:
    """Gaps of each kind, a code for missing, and two columns that go together."""
    table = small_table(200)
    table["z"] = table["x"] + 0.05 * np.sin(np.arange(200))
    table.loc[:9, "x"] = np.nan
    table.loc[20:29, "c"] = " "
    table.loc[40:43, "z"] = -999
    return table


def spec() -> LifecycleSpec:
    columns = {"numeric": ["x", "z"], "categorical": ["c"]}
    given = {**SMALL, "columns": columns, "source": {"type": "csv", "path": "table.csv"}}
    return LifecycleSpec.model_validate(given)


def test_the_feature_table_has_the_quality_of_the_raw_rows():
    made, table = spec(), raw()
    features = build_feature_table(table, made.dataset(table), made)
    shown = profile(CountedTable.of_frame(table, made.columns, "y"))
    found = {name: quality(features, made.columns).value for name, quality in QUALITIES.items()}
    assert found == pytest.approx({name: shown[name] for name in QUALITIES}, abs=1e-12)
    assert found["missing_rate"] == 20 / 600
    assert found["outlier_rate"] == 4 / 400


def test_every_quality_can_be_gated_and_has_a_bound_to_warn_at():
    assert [*QUALITIES] == [*BOUNDS] == [*DataGates.model_fields]
    shown = {name: field.description for name, field in DataGates.model_fields.items()}
    assert all(f"({BOUNDS[name]:g})" in str(words) for name, words in shown.items())


def test_warnings_take_the_bound_of_the_gates():
    made = spec()
    table = CountedTable.of_frame(raw(), made.columns, "y")
    default = {it.name: it for it in warning_claims(table, made, {})}
    assert default["few_missing_values"].passed
    assert default["few_missing_values"].bound == "at most 5 %"
    stricter = {it.name: it for it in warning_claims(table, made, {"missing_rate": 0.02})}
    assert not stricter["few_missing_values"].passed
    assert "At most 2 %" in warning_descriptions({"missing_rate": 0.02})["few_missing_values"]
    assert stricter["few_outliers"] == default["few_outliers"]
