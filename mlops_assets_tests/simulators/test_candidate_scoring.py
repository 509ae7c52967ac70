"""Simulated applications: reproducible, plausible, with the drift and bias that is asked for."""

from datetime import date

import pytest

from mlops_assets.errors import InputError
from mlops_assets.simulators.candidate_scoring import simulate


def test_the_same_seed_and_day_give_the_same_rows_and_more_begin_with_them():
    day = date(2026, 1, 5)
    table = simulate(300, seed=3, day=day)
    assert simulate(700, seed=3, day=day).head(300).equals(table)
    for other in (simulate(300, seed=4, day=day), simulate(300, seed=3, day=date(2026, 1, 6))):
        assert not {*other["application_id"]} & {*table["application_id"]}
        assert not {*other["candidate_id"]} & {*table["candidate_id"]}


def test_a_job_has_twenty_candidates_who_apply_to_two_jobs():
    table = simulate(1_200, seed=1)
    assert table.groupby("job_id").size().unique().tolist() == [20]
    assert table.groupby("candidate_id")["job_id"].nunique().unique().tolist() == [2]
    assert not table.duplicated(["job_id", "candidate_id"]).any()
    assert table.groupby("candidate_id")["resume"].nunique().eq(1).all()
    assert 0.2 < table["invited"].mean() < 0.4


def test_recruiters_disagree_about_the_same_people():
    table = simulate(1_200, seed=1)
    assert 0.1 < (table.groupby("candidate_id")["invited"].nunique() == 2).mean() < 0.6


def test_a_bias_is_there_if_it_is_asked_for():
    def share(**shift: float) -> float:
        table = simulate(3_000, seed=5, shift=shift)
        rates = table.groupby("gender")["invited"].mean()
        return rates["female"] / rates["male"]

    assert share(bias=2.0) < 0.85 < 0.9 < share()


def test_drift_changes_words_fields_and_outcomes():
    table = simulate(600, seed=2)
    assert not table["job"].str.contains("hydrogen|heat pump|grid", case=False).any()
    new = simulate(600, seed=2, shift={"field": 1.0})
    assert new["job"].str.contains("Heat Pump|Hydrogen|Grid").all()
    otherwise = simulate(600, seed=2, shift={"wording": 1.0})
    changed = (otherwise["resume"] != table["resume"]).groupby(table["gender"]).mean()
    assert changed["female"] > 0.9
    assert changed["male"] == 0
    inverted = simulate(600, seed=2, shift={"invited": 1.0})
    assert inverted["invited"].eq(1 - table["invited"]).all()


@pytest.mark.parametrize("shift", [{"gender": 1.0}, {"wording": 2.0}])
def test_a_shift_that_is_not_possible_is_refused(shift):
    with pytest.raises(InputError):
        simulate(20, seed=0, shift=shift)
