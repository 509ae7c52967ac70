"""The days of the demo are chosen once in a home."""

from datetime import date, timedelta

from mlops_assets.lifecycle.partitions import first_day
from mlops_assets.platform.demo_days import choose_days, demo_days
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

NEWEST = date(2026, 11, 25)
SPEC = {
    "name": "small",
    "source": {"type": "csv", "path": "rows.csv"},
    "target": "y",
    "columns": {"numeric": ["x"]},
    "model": {"type": "sklearn", "estimator": "sklearn.linear_model.LogisticRegression"},
}


def test_they_end_with_the_newest_day_and_stay_what_they_are(tmp_path):
    settings = Settings.from_environment({}, home=str(tmp_path / "home"))
    assert demo_days(settings) is None
    chosen = choose_days(settings, NEWEST)
    assert (len(chosen.played), chosen.played[-1]) == (10, NEWEST)
    assert chosen.trained == NEWEST - timedelta(days=10)
    assert chosen.drift_since == NEWEST - timedelta(days=5)
    assert chosen.asked == [NEWEST - timedelta(days=5), NEWEST - timedelta(days=4)]
    assert choose_days(settings, NEWEST + timedelta(days=30)) == chosen == demo_days(settings)


def test_live_data_begins_with_the_demo_once_it_was_played(tmp_path, monkeypatch):
    monkeypatch.setenv("MLOPS_ASSETS_HOME", str(tmp_path / "home"))
    spec = LifecycleSpec.model_validate({**SPEC, "live": {"start": "demo"}})
    assert first_day(spec) == date(2026, 1, 1)
    chosen = choose_days(Settings.from_environment(), NEWEST)
    assert first_day(spec) == chosen.first
    dated = LifecycleSpec.model_validate({**SPEC, "live": {"start": "2026-03-01"}})
    assert first_day(dated) == date(2026, 3, 1)
