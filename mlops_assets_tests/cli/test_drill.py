"""`mlops-assets drill` in words: what was played, and what it shows."""

from mlops_assets.cli.drill import report
from mlops_assets.monitoring.drill import drill_own_days
from mlops_assets.spec.retrain import Policy
from mlops_assets_tests.monitoring.drift.days_world import LEVELS, dependent_days, known_days


def test_own_days_are_told_with_their_false_alarms():
    profile, days = known_days(dependent_days(120, 300, between=0.0), LEVELS)
    found = drill_own_days(profile, days, "x", 1.0, Policy(), {})
    rows = dict(report(found, 2, 3))
    assert rows["days"] == "60 of the version's own reference days, compared with the others"
    assert rows["false alarms"] == "on 0.0% of them without a shift"
    assert rows["detected"] == "on 100.0% of the shifted days"
    assert rows["retrain"].startswith("on day 2; in 90 of 100 episodes by day 2")
