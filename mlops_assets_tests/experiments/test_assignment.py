"""Which version answers a unit: always the same, in the planned share."""

import stat

import pytest
from scipy.stats import binomtest, chisquare

from mlops_assets.experiments.assignment import unit_hash, unit_key, variant

UNITS = [f"patient-{number}" for number in range(100_000)]


def test_a_unit_keeps_its_variant():
    first = {unit: variant("a", unit, 0.5) for unit in UNITS[:1000]}
    assert {unit: variant("a", unit, 0.5) for unit in reversed(first)} == first
    assert variant("a", "patient-7", 0.1) == "champion"  # the same in every process and release


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_the_share_is_the_planned_one(share):
    count = sum(variant("a", unit, share) == "challenger" for unit in UNITS)
    expected = [share * len(UNITS), (1 - share) * len(UNITS)]
    assert chisquare([count, len(UNITS) - count], expected).pvalue > 0.001


def test_a_greater_share_keeps_who_was_challenged():
    chosen = {unit for unit in UNITS[:5000] if variant("a", unit, 0.1) == "challenger"}
    assert chosen <= {unit for unit in UNITS if variant("a", unit, 0.2) == "challenger"}


def test_experiments_are_assigned_independently():
    both = sum(variant("a", u, 0.5) == variant("b", u, 0.5) for u in UNITS)
    assert binomtest(both, len(UNITS), 0.5).pvalue > 0.001


def test_the_key_is_made_once_and_private(tmp_path):
    key = unit_key(tmp_path)
    assert unit_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "unit_key").stat().st_mode) == 0o600
    assert [it.name for it in tmp_path.iterdir()] == ["unit_key"]
    assert unit_hash(key, "anna") != unit_hash(b"another key", "anna")
