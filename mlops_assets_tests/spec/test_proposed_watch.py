"""`new` proposes how the drift of columns that move by nature is judged."""

import numpy as np
import pandas as pd
import yaml

from mlops_assets.spec.inference import propose
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.proposal import render
from mlops_assets.spec.proposed_watch import proposed_watch


def table() -> pd.DataFrame:
    rows, rng = 2_000, np.random.default_rng(0)
    day = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(rows) // 20, unit="D")
    x = rng.normal(size=rows)
    return pd.DataFrame(
        {
            "measured_at": day,
            "mileage": np.arange(rows) // 4 * 3,
            "weekday": day.dayofweek,
            "mnth": day.month,
            "hr": np.arange(rows) % 20,
            "x": x,
            "y": np.where(x + rng.normal(size=rows) > 0, "yes", "no"),
        }
    )


def test_counters_are_not_watched_and_seasons_are_expected_to_move():
    proposal = propose(
        table(),
        name="cars",
        target="y",
        source={"type": "csv", "path": "cars.csv"},
        timestamp="measured_at",
    )
    written = yaml.safe_load(render(proposal))["attributes"]
    assert written["drift"]["mileage"] == {"watch": False}
    assert written["drift"]["weekday"] == {"expected": "weekday"}
    assert written["drift"]["mnth"] == {"expected": "season"}
    assert written["drift"]["hr"] == {"expected": "hour"}
    assert "x" not in written["drift"]
    assert LifecycleSpec.model_validate(written).drift["mileage"].watch is False


def test_without_a_timestamp_nothing_is_proposed():
    proposal = propose(
        table(),
        name="cars",
        target="y",
        source={"type": "csv", "path": "cars.csv"},
        timestamp="none",
    )
    assert proposal.watch == {}
    assert proposed_watch(table(), proposal.columns, "") == {}
