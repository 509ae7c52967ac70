"""Live rows get the distribution of the reference in one column, and keep what belongs together."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.monitoring.drift.restored_rows import restored
from mlops_assets.monitoring.drift.table_profile import build_profile

COLUMNS = Columns(numeric=["x", "n"], categorical=["c"], boolean=["b"], date=["d"], text=["t"])


def table(rows: int, seed: int, *, moved: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(3 if moved else 0, 2, rows)
    x[rng.random(rows) < (0.3 if moved else 0.05)] = np.nan
    shares = [0.1, 0.2, 0.7] if moved else [0.5, 0.3, 0.2]
    made = {
        "x": x,
        "n": rng.integers(2 if moved else 0, 4, rows).astype(float),
        "c": rng.choice(["a", "b", "new" if moved else "z"], rows, p=shares),
        "b": rng.random(rows) < (0.9 if moved else 0.4),
        "d": "2026-01-01",
        "t": "word",
    }
    return typed_features(pd.DataFrame(made), COLUMNS)


REFERENCE, LIVE = table(20_000, 1), table(2_000, 2, moved=True)
PROFILE = build_profile(REFERENCE, COLUMNS)
ROLES = dict(COLUMNS.roles())


def made(name: str) -> pd.DataFrame:
    found = restored(LIVE, name, ROLES[name], PROFILE.profiles[name])
    assert found is not None
    assert abs(len(found) - len(LIVE)) <= 3
    assert found.dtypes.equals(LIVE.dtypes)
    return found


def test_numbers_have_the_quantiles_and_missing_share_of_the_reference_in_the_order_of_the_day():
    found, before = made("x")["x"], LIVE["x"]
    assert found.index.equals(before.index)
    assert found.isna().mean() == pytest.approx(REFERENCE["x"].isna().mean(), abs=1e-3)
    shares = [0.05, 0.5, 0.95]
    assert found.quantile(shares).to_numpy() == pytest.approx(
        REFERENCE["x"].quantile(shares).to_numpy(), abs=0.15
    )
    both = before.notna() & found.notna()
    assert before[both].corr(found[both], method="spearman") > 0.999


@pytest.mark.parametrize("name", ["n", "b"])
def test_counts_and_flags_have_the_shares_of_the_reference(name):
    found = made(name)[name].value_counts(normalize=True)
    wanted = REFERENCE[name].value_counts(normalize=True)
    assert found.to_dict() == pytest.approx(wanted.to_dict(), abs=2e-3)


def test_labels_keep_their_rows_and_one_that_no_row_has_cannot_come_back():
    found = made("c")
    assert found["c"].value_counts(normalize=True).to_dict() == pytest.approx(
        {"a": 5 / 8, "b": 3 / 8}, abs=5e-3
    )
    pd.testing.assert_frame_equal(found, LIVE.loc[found.index])


@pytest.mark.parametrize("name", ["d", "t"])
def test_dates_and_texts_are_left_out(name):
    assert restored(LIVE, name, ROLES[name], PROFILE.profiles[name]) is None
