"""The stage changes in the panel of production_version are never behind a click."""

from mlops_assets.registry.results import change_list

LINE = "2026-01-05 12:00 promote 3 by the sensor, Dagster run 7aecea74: its gates passed"


def test_as_many_changes_as_dagster_shows_in_place():
    few = change_list([LINE, "a|b"], "churn")
    assert few.splitlines() == [f"- {LINE}", "- a&#124;b"]
    many = change_list([LINE] * 40, "churn")
    assert len(many) < 1_000
    assert many.count(f"- {LINE}") > 5
    assert many.endswith("and earlier ones: `mlops-assets history churn`")
    assert change_list([], "churn") == "none"


def test_one_long_change_is_shown_whole():
    long = f"2026-01-05 rollback: {'reason ' * 200}".strip()
    assert long in change_list([long, LINE], "churn")
