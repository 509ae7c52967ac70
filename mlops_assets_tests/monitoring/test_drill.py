"""Would a shift be seen, and when would a retrain follow."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.drift_verdict import profile_verdict
from mlops_assets.monitoring.drift.table_profile import build_profile, profile_day
from mlops_assets.monitoring.drift.window import Window
from mlops_assets.monitoring.drill import days_to_retrain, drill, drill_own_days
from mlops_assets.spec.retrain import Policy
from mlops_assets.spec.watch import ColumnWatch
from mlops_assets_tests.monitoring.drift.days_world import LEVELS, dependent_days, known_days

TWO_OF_THREE = Policy.model_validate({"suspect_days": 2, "window_days": 3})


@pytest.fixture(scope="module")
def reference():
    random = np.random.default_rng(1)
    table = {
        "x": random.normal(size=4000),
        "c": random.choice(["a", "b", "z"], 4000, p=[0.6, 0.3, 0.1]),
    }
    return build_profile(pd.DataFrame(table), Columns(numeric=["x"], categorical=["c"]))


def test_a_shift_seen_every_day_leads_to_a_retrain_as_soon_as_the_policy_allows():
    assert days_to_retrain(1.0, TWO_OF_THREE, 0.5) == 2
    assert (
        days_to_retrain(1.0, Policy.model_validate({"suspect_days": 1, "window_days": 1}), 0.9) == 1
    )


def test_a_shift_seen_never_leads_to_none():
    assert days_to_retrain(0.0, TWO_OF_THREE, 0.5) is None


def test_the_median_is_that_of_the_exact_chain():
    # P(no retrain by day d) of "2 of 3, the newest too" at rate 1/2, by counting all histories.
    survived = dict.fromkeys(range(1, 9), 0.0)
    for d in survived:
        for bits in range(2**d):
            days = [bits >> i & 1 for i in range(d)]
            fired = any(days[i] and sum(days[max(0, i - 2) : i + 1]) >= 2 for i in range(d))
            survived[d] += not fired
        survived[d] /= 2**d
    median = next(d for d, share in survived.items() if share <= 0.5)
    assert days_to_retrain(0.5, TWO_OF_THREE, 0.5) == median


def test_larger_shifts_are_seen_sooner(reference):
    small, large = (drill(reference, "x", shift, 200, TWO_OF_THREE) for shift in (0.1, 1.0))
    assert small.detection_rate < 0.5 < 0.99 < large.detection_rate
    assert large.days_to_retrain == 2
    assert 0.1 < large.smallest_shift < 1.0
    caught = drill(reference, "x", large.smallest_shift, 200, TWO_OF_THREE)
    assert caught.detection_rate >= 0.9


def test_labels_shift_by_a_share_of_the_rows(reference):
    assert drill(reference, "c", 0.5, 200, TWO_OF_THREE).detection_rate == 1.0
    with pytest.raises(InputError, match="from 0 to 1"):
        drill(reference, "c", 1.5, 200, TWO_OF_THREE)


def test_an_unknown_column_names_the_nearest(reference):
    with pytest.raises(InputError, match="no feature column 'xx'; the nearest name is 'x'"):
        drill(reference, "xx", 0.5, 200, TWO_OF_THREE)


def own_days(shift: float, table: pd.DataFrame, columns: Columns = LEVELS, **watch: ColumnWatch):
    profile, days = known_days(table, columns)
    return drill_own_days(profile, days, "x", shift, TWO_OF_THREE, watch)


def test_own_days_that_depend_on_each_other_keep_the_rate_and_hide_a_shift_like_theirs():
    calm = own_days(0.5, dependent_days(180, 400, between=0.0))
    alike = own_days(0.5, dependent_days(180, 400, between=0.3, correlation=0.5))
    assert (calm.days, calm.days_each, calm.rows) == (90, 1, 400)
    assert max(calm.false_alarms, alike.false_alarms) <= 0.02
    assert calm.detection_rate == 1.0
    assert calm.days_to_retrain == 2
    assert alike.detection_rate < 0.1
    assert alike.days_to_retrain is None
    assert calm.smallest_shift < 0.5 < alike.smallest_shift
    rows = build_profile(dependent_days(180, 400, between=0.3), LEVELS)
    assert drill(rows, "x", 0.5, 400, TWO_OF_THREE).detection_rate == 1.0, "as if independent"


def test_the_detection_rate_of_own_days_is_that_of_the_verdict_on_shifted_days():
    table = dependent_days(160, 300, between=0.2, seed=4)
    number = (table["day"] - table["day"].min()).dt.days
    profile, days = known_days(table[number % 2 == 0], LEVELS)
    live = table[number % 2 == 1].assign(
        x=lambda it: it["x"] + 2.3 * profile.profiles["x"].deviation
    )
    seen = [
        "x"
        in profile_verdict(profile, profile_day(profile, it), days=days, window=Window()).drifted
        for _, it in live.groupby("day")
    ]
    assert 0.1 < np.mean(seen) < 0.95
    assert own_days(2.3, table).detection_rate == pytest.approx(np.mean(seen), abs=0.08)


def test_own_days_are_judged_as_the_yaml_says():
    table = dependent_days(120, 300, between=0.0).assign(
        counter=lambda it: np.arange(len(it), dtype=float)
    )
    columns = Columns(numeric=["x", "counter"])
    assert own_days(1.0, table, columns).false_alarms == 0, "a counter is not judged"
    assert own_days(1.0, table, columns, x=ColumnWatch(least_effect=2)).detection_rate == 0
    assert own_days(1.0, table, columns, x=ColumnWatch(watch=False)) is None


def test_few_days_and_none_are_not_played():
    assert own_days(1.0, dependent_days(18, 300)) is None


def test_labels_of_own_days_shift_by_a_share_of_the_rows():
    profile, days = known_days(dependent_days(100, 400, between=0.0), LEVELS)
    shares = [
        drill_own_days(profile, days, "label", it, TWO_OF_THREE, {}).detection_rate
        for it in (0.0, 0.5)
    ]
    assert shares[0] <= 0.02
    assert shares[1] == 1.0
