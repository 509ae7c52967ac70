"""A profile says the same of its rows in one piece, in many, as JSON and from Parquet."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.monitoring.drift.streaming import profile_parquet
from mlops_assets.monitoring.drift.table_profile import TableProfile, build_profile, profile_day
from mlops_assets.simulators.heart_disease import simulate
from mlops_assets_tests.monitoring.drift.world import HEART, LABELS, X, heart_reference, numbers

ALL = Columns(numeric=["n"], categorical=["c"], boolean=["b"], date=["d"], text=["t"])


def mixed(rows: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    words = rng.choice(["red", "green", "blue", "grey"], size=(rows, 3))
    return pd.DataFrame(
        {
            "n": np.where(rng.random(rows) < 0.1, np.nan, rng.normal(size=rows)),
            "c": rng.choice(["x", "y", None], rows),
            "b": rng.choice(["yes", "no", ""], rows),
            "d": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), "D"),
            "t": [" ".join(row) for row in words],
        }
    )


def same(one: TableProfile, other: TableProfile) -> bool:
    """Equal but for the last digits of sums."""
    left, right = one.model_dump(), other.model_dump()
    flat = pd.json_normalize([left, right], sep="/")
    return all(_close(*flat[name]) for name in flat)


def _close(one, other) -> bool:
    if isinstance(one, (tuple, float)) and len(np.atleast_1d(one)) and not _worded(one):
        return np.allclose(one, other, rtol=1e-9, atol=1e-7)
    return one == other


def _worded(value) -> bool:
    return isinstance(np.atleast_1d(value)[0], str)


def test_json_gives_the_profile_back():
    reference = build_profile(mixed(500), ALL)
    assert TableProfile.model_validate_json(reference.model_dump_json()) == reference


def test_days_merged_are_the_day_as_a_whole():
    reference, day = build_profile(mixed(500), ALL), mixed(300, seed=1)
    parts = [profile_day(reference, day.iloc[a:b]) for a, b in ((0, 7), (7, 200), (200, 300))]
    merged = parts[0].merged(parts[1]).merged(parts[2])
    assert same(merged, profile_day(reference, day))


def test_raw_and_typed_tables_have_one_profile():
    raw = mixed(400)
    assert build_profile(raw, ALL) == build_profile(typed_features(raw, ALL), ALL)


@pytest.mark.parametrize("group", [100, 4_000])
def test_parquet_read_in_pieces_is_the_table_in_memory(tmp_path, group):
    table = mixed(1_000)
    table.to_parquet(tmp_path / "rows.parquet", row_group_size=group)
    reference = profile_parquet(tmp_path / "rows.parquet", ALL)
    assert same(reference, build_profile(table, ALL))
    day = profile_parquet(tmp_path / "rows.parquet", ALL, like=reference)
    assert same(day, profile_day(reference, table))


PEAK = """
import sys
import pyarrow as pa
from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.streaming import profile_parquet
assert profile_parquet(sys.argv[1], Columns(numeric=["x"])).rows == 2_000_000
print(pa.default_memory_pool().max_memory())
"""


@pytest.mark.process
def test_a_row_group_is_never_held_whole(tmp_path):
    path = tmp_path / "rows.parquet"
    numbers(np.random.default_rng(0).normal(size=2_000_000)).to_parquet(path, row_group_size=2**21)
    # In a process of its own, because the peak is that of all that the process ever did.
    command = [sys.executable, "-c", PEAK, str(path)]
    peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert int(peak) < path.stat().st_size


def test_a_column_missing_from_parquet_is_named(tmp_path):
    mixed(10).drop(columns="n").to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(InputError, match="'n'"):
        profile_parquet(tmp_path / "rows.parquet", ALL)


def test_a_numeric_column_stays_below_50_kb_whatever_its_rows():
    rng = np.random.default_rng(0)
    assert len(build_profile(numbers(rng.normal(size=300_000)), X).model_dump_json()) < 50_000


def test_a_label_for_each_row_stays_below_50_kb():
    reference = build_profile(numbers([f"id-{i}" for i in range(50_000)]), LABELS)
    assert len(reference.model_dump_json()) < 50_000
    assert reference.profiles["x"].known == 50_000


def test_mean_deviation_and_range_are_those_of_the_rows():
    table = simulate(4_000, seed=1)
    chol = heart_reference().profiles["chol"]
    assert chol.mean == pytest.approx(table["chol"].mean())
    assert chol.deviation == pytest.approx(table["chol"].std(ddof=0))
    assert (chol.low, chol.high) == (table["chol"].min(), table["chol"].max())


def test_missing_values_are_counted_and_left_out():
    reference = build_profile(simulate(1_000, seed=3), HEART)
    ca = simulate(1_000, seed=3)["ca"]
    assert reference.profiles["ca"].missing == ca.isna().sum()
    assert reference.profiles["ca"].known == ca.notna().sum()
