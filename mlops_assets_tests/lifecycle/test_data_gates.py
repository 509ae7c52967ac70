"""Bad data rejects a version, also one that was good enough when it was evaluated."""

import pytest

from mlops_assets.platform.git_commit import commit_of
from mlops_assets.platform.markdown import plain
from mlops_assets_tests.lifecycle.test_evaluated_again import (
    APPROVAL,
    at,
    changes,
    verdict,
    versions,
)
from mlops_assets_tests.world import small_table


@pytest.fixture
def gaps(world):
    """Version 1, staged, of rows in which 5 % of the values are missing."""
    table = small_table()
    table.loc[::10, "c"] = None
    table.to_csv(world.csv, index=False)
    world.spec["promotion"] = "manual"
    world.spec["gates"] = {"roc_auc": {"min": 0.6}, "data": {"missing_rate": {"max": 0.05}}}
    world.begin()
    return world


def test_the_verdict_has_the_quality_of_the_data(gaps):
    judged = verdict(gaps, "1")
    assert judged.passed
    assert [str(it) for it in judged.gates][1] == "PASS missing_rate 0.050 <= 0.05"
    assert judged.gates[1].reason == "5 % of the feature values are missing, most in 'c' (10 %)"


def test_the_version_has_the_commit_of_its_defs_yaml(gaps):
    folder = gaps.settings.defs
    (version,) = versions(gaps).list_versions("small")
    assert version.git == commit_of(folder)
    shown = gaps.client.get_model_version("small", "1")
    assert "git" not in shown.tags
    assert f"- Git: {plain(str(version.git)[:200])}" in shown.description


def test_a_stricter_bound_keeps_the_version_out_of_production(gaps):
    gaps.spec["gates"]["data"] = {"missing_rate": {"max": 0.02}}
    assert not gaps.retrain(APPROVAL).success
    assert at(gaps, "production") is None
    assert "missing_rate" in verdict(gaps, "1").failures()
    assert changes(gaps) == [("stage", "1"), ("evaluate", "1")]
