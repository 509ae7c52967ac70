"""Would a shift be seen, and when would a retrain follow."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.table_profile import build_profile
from mlops_assets.monitoring.drill import days_to_retrain, drill
from mlops_assets.spec.retrain import Policy

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
