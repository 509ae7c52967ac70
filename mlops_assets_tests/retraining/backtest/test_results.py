"""Policies are compared on the same days, with intervals that know days resemble each other."""

from datetime import timedelta

import numpy as np
import pytest

from mlops_assets.monitoring.day_facts import DayFacts
from mlops_assets.retraining.backtest.page import as_html, table
from mlops_assets.retraining.backtest.records import PlayedDay, PlayedRetrain
from mlops_assets.retraining.backtest.results import compare, over_days
from mlops_assets_tests.retraining.backtest.stream import FIRST


def days(values, outcome: str = "") -> list[PlayedDay]:
    retrains = (
        [PlayedRetrain.model_validate({"trigger": "timer", "outcome": outcome})] if outcome else []
    )
    return [
        PlayedDay(
            day=FIRST + timedelta(days=at),
            version=1,
            trained_on=FIRST,
            rows=10,
            value=value,
            facts=DayFacts(day=FIRST + timedelta(days=at)),
            retrains=retrains,
            seconds=1.0 if outcome else 0.1,
        )
        for at, value in enumerate(values)
    ]


PLAYED = {
    "never": days([0.7] * 30),
    "nightly": days([0.8] * 30, "promoted"),
    "<b>loop</b>": days([0.79] * 29 + [None], "rejected"),
}


def test_only_days_that_all_have_are_compared():
    found = compare("m", "accuracy", PLAYED, lower_is_better=False)
    assert found.days == 29
    assert [it.quality.value for it in found.results] == pytest.approx([0.7, 0.8, 0.79])


def test_a_difference_is_positive_where_the_policy_is_better_whatever_the_metric():
    for lower, sign in ((False, 1), (True, -1)):
        found = compare("m", "mae", PLAYED, lower_is_better=lower)
        never = found.of("nightly").against["never"]
        assert never.value == pytest.approx(0.1 * sign)


def test_the_sentence_names_gain_and_cost():
    found = compare("m", "accuracy", PLAYED, lower_is_better=False)
    nightly, loop = found.sentences()
    assert nightly.startswith("nightly: 30 retrains (30 promoted), accuracy 0.1000 better")
    assert "0.0100 worse" in loop
    assert "at 100% of its cost" in loop


@pytest.mark.statistics
def test_the_interval_of_dependent_days_covers_their_mean():
    """Of 200 series of 300 days whose neighbours correlate by 0.5, 95 % is the goal."""
    covered = 0
    for seed in range(200):
        rng, value, series = np.random.default_rng(seed), 0.0, []
        for _ in range(350):
            value = 0.5 * value + rng.normal()
            series.append(value)
        found = over_days(np.array(series[50:]))
        covered += found.low <= 0 <= found.high
    assert covered >= 176  # blocks of a week leave out a little of the dependence


def test_few_days_and_none_have_honest_intervals():
    assert np.isnan(over_days(np.array([])).value)
    assert np.isnan(over_days(np.array([1.0])).low)
    few = over_days(np.array([0.0, 1.0, 0.0, 1.0]))
    assert few.low < 0.5 < few.high


def test_the_page_has_sentences_picture_and_table_and_escapes_names():
    found = compare("m", "accuracy", PLAYED, lower_is_better=False)
    page = as_html(found, PLAYED)
    assert "data:image/png;base64," in page
    assert "<b>loop" not in page
    assert all(cell in page for cell in ("promoted", "rejected", "30"))


def test_the_table_has_a_row_a_policy():
    head, *rows = table(compare("m", "accuracy", PLAYED, lower_is_better=False))
    assert [row[0] for row in rows] == list(PLAYED)
    assert {len(row) for row in rows} == {len(head)}
