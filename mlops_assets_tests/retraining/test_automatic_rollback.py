"""When a version goes back by itself."""

from datetime import date

import pytest

from mlops_assets.retraining.automatic_rollback import Probation, decide_rollback
from mlops_assets.spec.rollback import Rollback

ON = Rollback(on_performance_drop=True, within_days=7)
SINCE = date(2026, 1, 10)


def known(**values) -> Probation:
    given = {"performance": "dropped", "judged": date(2026, 1, 12), "previous": "1", **values}
    return Probation(version="2", in_production_since=SINCE, **given)


def test_a_drop_within_the_probation_rolls_back_and_says_why():
    assert decide_rollback(ON, known()) == (
        "performance of version 2 dropped on 2026-01-12, day 2 of its 7 days of probation"
    )
    assert decide_rollback(ON, known(judged=date(2026, 1, 17)))


@pytest.mark.parametrize(
    "values",
    [
        {"performance": "ok"},
        {"performance": "unknown"},
        {"previous": ""},
        {"judged": None},
        {"judged": SINCE},
        {"judged": date(2026, 1, 18)},
    ],
)
def test_anything_else_does_not(values):
    assert decide_rollback(ON, known(**values)) == ""


def test_it_is_off_unless_asked_for():
    assert decide_rollback(Rollback(), known()) == ""
