"""`H` in a schedule spreads many models over the hour, and never moves one."""

import pytest

from mlops_assets.spec.spread_cron import spread

NAMES = [f"model_{number}" for number in range(500)]


def test_a_minute_comes_from_the_name_alone():
    assert spread("H 2 * * *", "heart_disease") == spread("H 2 * * *", "heart_disease")
    assert spread("H 2 * * *", "heart_disease") == "9 2 * * *"
    assert spread("5 2 * * *", "heart_disease") == "5 2 * * *"


def test_500_models_are_spread_over_all_minutes_of_the_hour():
    minutes = [int(spread("H 2 * * *", name).split()[0]) for name in NAMES]
    assert set(minutes) == set(range(60))
    assert max(minutes.count(it) for it in range(60)) <= 25  # 8.3 each, if it were even


def test_a_part_of_the_hour_and_every_few_minutes():
    assert {int(spread("H(10-12) 2 * * *", it).split()[0]) for it in NAMES} == {10, 11, 12}
    starts = {spread("H/20 * * * *", it) for it in NAMES}
    assert starts == {f"{it}-59/20 * * * *" for it in range(20)}


def test_each_field_is_drawn_by_itself():
    assert len({spread("H H(0-5) * * H", it) for it in NAMES}) > 400
    assert {spread("0 0 H * *", it).split()[2] for it in NAMES} == {str(it) for it in range(1, 29)}


@pytest.mark.parametrize("minute", ["H(0-60)", "H(9-3)", "H/60", "H/0", "Hello"])
def test_what_is_no_such_field_is_refused(minute):
    with pytest.raises(ValueError, match="is not"):
        spread(f"{minute} 2 * * *", "churn")
