"""Days are played by the real checks, fits, gates and decisions, and can be played in parts."""

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.retraining.backtest.history import History
from mlops_assets.retraining.backtest.policies import parse_policy
from mlops_assets.retraining.backtest.records import PlayedDay
from mlops_assets.retraining.backtest.run import Task, play, play_all, read, tasks_of
from mlops_assets_tests.retraining.backtest.stream import SPEC, TRAINED, day, spec_of, stream

CHANGES, DAYS = 3, 12
SECONDS = {"seconds", "fit_seconds"}


@pytest.fixture
def history(tmp_path, settings) -> History:
    return History(spec_of(tmp_path, stream(DAYS, changes=CHANGES)), settings)


def tasks(history: History, folder: Path, *policies: str, last: int = DAYS - 1) -> list[Task]:
    tried = [parse_policy(it, history.spec.retrain) for it in policies]
    return tasks_of(history, tried, "accuracy", (day(0), day(last)), folder)


def played(history: History, folder: Path, policy: str, **changes) -> list[PlayedDay]:
    (task,) = tasks(history, folder, policy, **changes)
    play(task, history)
    return read(task.file)


def mean(days: list[PlayedDay]) -> float:
    return sum(it.value or 0 for it in days) / len(days)


def plain(days: list[PlayedDay]) -> list[dict]:
    return [it.model_dump(exclude=SECONDS) for it in days]


def test_without_retrains_one_version_serves_and_loses_where_the_world_moves(history, tmp_path):
    days = played(history, tmp_path, "never")
    assert {it.version for it in days} == {1}
    assert [it.day for it in days] == [day(number) for number in range(DAYS)]
    assert mean(days[:CHANGES]) > 0.8 > 0.7 > mean(days[CHANGES:])


def test_the_loop_sees_the_change_and_retrains_once_it_has_labels_of_it(history, tmp_path):
    days = played(history, tmp_path, "loop")
    assert [it.verdict for it in days[: CHANGES + 1]] == ["clean"] * CHANGES + ["drift"]
    retrains = [
        (it.day, *(retrain.outcome for retrain in it.retrains)) for it in days if it.retrains
    ]
    assert retrains[0][0] <= day(CHANGES + 1)
    assert "promoted" in {outcome for _, *outcomes in retrains for outcome in outcomes}
    assert mean(days[-3:]) > mean(played(history, tmp_path, "never")[-3:]) + 0.1


def test_a_timer_retrains_at_the_end_of_each_of_its_days(history, tmp_path):
    days = played(history, tmp_path, "every=4")
    assert [it.day for it in days if it.retrains] == [day(3), day(7), day(11)]
    assert {it.trigger for played in days for it in played.retrains} == {"timer"}


def test_a_version_serves_from_the_day_after_its_training(history, tmp_path):
    days = played(history, tmp_path, "nightly")
    assert all(it.trained_on < it.day for it in days)
    assert any(it.version > 1 for it in days)
    for before, after in pairwise(days):
        assert (after.version > before.version) is before.promoted


def test_no_version_knows_labels_that_have_not_come(history, tmp_path, settings):
    table, delay = stream(DAYS, changes=CHANGES), 5
    late = History(spec_of(tmp_path, table, live={"label_delay": delay}), settings)
    days = played(late, tmp_path / "late", "nightly")
    assert any(it.version > 1 for it in days)
    assert max(it.value or 0 for it in days[CHANGES : CHANGES + delay + 1]) < 0.7
    at_once = played(history, tmp_path / "at once", "nightly")
    assert max(it.value or 0 for it in at_once[CHANGES : CHANGES + delay + 1]) > 0.8


def test_a_day_without_rows_is_an_outage_for_the_loop_and_no_day_for_the_metric(tmp_path, settings):
    table = stream(6)
    table = table[table["at"].dt.date != day(2)]
    days = played(History(spec_of(tmp_path, table), settings), tmp_path, "loop", last=5)
    assert [it.verdict for it in days] == ["clean", "clean", "outage", "clean", "clean", "clean"]
    assert days[2].value is None
    assert days[2].rows == 0


def test_stopped_and_taken_up_gives_what_one_go_gives(history, tmp_path):
    whole = played(history, tmp_path / "whole", "loop")
    (task,) = tasks(history, tmp_path / "parts", "loop")
    play(task._replace(last=day(6)), history)
    with task.file.open("a") as file:
        file.write('{"day": "cut of')  # the process was killed in the middle of a line
    play(task, history)
    assert plain(read(task.file)) == plain(whole)


def test_what_was_played_is_not_played_again_unless_something_changed(history, tmp_path):
    (task,) = tasks(history, tmp_path, "never", last=1)
    play(task, history)
    before = task.file.read_bytes()
    play(task, history)
    assert task.file.read_bytes() == before
    changed = History(history.spec.model_copy(update={"seed": 1}), history.settings)
    assert tasks(changed, tmp_path, "never", last=1)[0].file != task.file


def test_other_code_anywhere_begins_anew(history, tmp_path, monkeypatch):
    (task,) = tasks(history, tmp_path, "never", last=1)
    monkeypatch.setattr("mlops_assets.data.input_digest._code", lambda: "a day is judged otherwise")
    assert tasks(history, tmp_path, "never", last=1)[0].file != task.file


@pytest.mark.process
def test_side_by_side_gives_what_one_after_the_other_gives(history, tmp_path):
    names = ("never", "loop")
    seen: list[dict] = []
    found = play_all(tasks(history, tmp_path / "both", *names), 2, lambda it: seen.append(dict(it)))
    for name in names:
        assert plain(found[name]) == plain(played(history, tmp_path / "alone", name))
    assert all(it.keys() == {*names} for it in seen)


def test_a_first_version_that_cannot_be_trained_says_so(tmp_path, settings):
    table = stream(3)
    table.loc[: TRAINED * 120 - 1, "y"] = "yes"
    history = History(spec_of(tmp_path, table), settings)
    with pytest.raises(InputError, match=r"until 2026-01-12, target_varies.*later --from"):
        played(history, tmp_path, "never", last=2)


def test_a_retrain_on_the_same_rows_changes_nothing(tmp_path, settings):
    table = stream(6)
    table = pd.concat([table[table["at"].dt.date < day(3)]])
    days = played(History(spec_of(tmp_path, table), settings), tmp_path, "nightly", last=5)
    assert [it.retrains[0].outcome for it in days[4:]] == ["unchanged"] * 2


def test_next_to_a_nightly_retrain_the_loop_says_that_there_is_nothing_more_to_learn(
    tmp_path, settings
):
    strict = {"accuracy": {"min": 0.99}}  # what the nightly retrains give is rejected
    retrain = {**SPEC["retrain"], "on": ["drift", "performance"]}
    given = {"gates": strict, "retrain": retrain}
    spec = spec_of(tmp_path, stream(DAYS, changes=CHANGES), **given)
    days = played(History(spec, settings), tmp_path, "nightly+loop")
    assert {it.trigger for day in days for it in day.retrains} == {"timer"}
    alerts = [kind for day in days for kind in day.alerts]
    assert alerts.count("no_new_labels") == 1
