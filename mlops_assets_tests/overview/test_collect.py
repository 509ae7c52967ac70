"""The rows of the overview, read from real stores."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.overview.collect import Fleet, find
from mlops_assets.overview.life import life_of
from mlops_assets.overview.pages import model_page, overview_page
from mlops_assets.overview.table import cells
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import open_ledger
from mlops_assets.retraining.latest import latest_states
from mlops_assets_tests.overview.conftest import EPISODE
from mlops_assets_tests.overview.made import LAST, Home, many, project
from mlops_assets_tests.overview.test_pages import LINKS
from mlops_assets_tests.statements import statements


@pytest.fixture(scope="module")
def rows(known, fleet):
    return fleet.rows(known.instance)


def test_what_waits_for_a_person_comes_first(rows):
    assert [it.registered.model_name for it in rows] == [
        "people",
        "risk-model",
        "calm",
        "gone",
        "new",
    ]


def test_a_row_says_what_serves_how_it_is_and_what_waits(rows):
    assert cells(find(rows, "risk-model")) == [
        "risk-model",
        f"1 since {datetime.now(UTC).date()}",
        "roc_auc 0.900 [0.882, 0.917]",
        "2 of 30 days, now drift",
        "dropped 2026-06-30",
        "latched",
        "version 2 is staged, alert: latched",
        f"{date.today()} rejected 2",
    ]


def test_a_model_may_lack_anything(rows):
    assert cells(find(rows, "gone"))[3:] == ["-", "-", "-", "-", "-"]
    assert cells(find(rows, "new"))[1:] == ["-"] * 7
    assert cells(find(rows, "calm"))[3:] == ["0 of 3 days, now clean", "-", "stable", "-", "-"]
    assert cells(find(rows, "people"))[6] == "26 to review"
    assert [it.in_defs for it in rows] == [True, True, True, False, True]


def test_a_stopped_sensor_is_known(rows):
    assert {it.name: it.loop.stopped for it in rows if it.loop} == {"risk": False, "calm": True}


def test_a_model_is_found_by_both_names(rows):
    assert find(rows, "risk") is find(rows, "risk-model")
    with pytest.raises(InputError, match="no model 'risky'"):
        find(rows, "risky")


def test_it_agrees_with_the_command_models(known, rows):
    listed = {it.model_name: it for it in ModelRegistry(known.settings).list_models()}
    states = latest_states(known.settings, [it.name for it in rows])
    for row in rows:
        if found := listed.get(row.registered.model_name):
            assert asdict(row.registered) == asdict(found)
        state = states[row.name]
        assert (row.retrain and row.retrain.run_id) == (
            state.last_retrain and state.last_retrain.run_id
        )
        drifts = [(str(it.day), it.drift.verdict) for it in row.days if it.drift]
        assert drifts[-1:] == ([(state.drift.day, state.drift.verdict)] if state.drift else [])


def test_a_life_agrees_with_the_history(known, fleet, rows):
    life = life_of(fleet, find(rows, "risk"))
    history = ModelRegistry(known.settings).history("risk-model")
    assert [it.entry for it in reversed(life.changes)] == [
        it for it in history if it.kind == "done"
    ]
    assert [(it.version, it.since, it.until) for it in life.served] == [
        ("1", date(2026, 6, 1), None)
    ]
    assert [(it.day, it.outcome) for it in life.retrains] == [
        (date(2026, 6, 1), "promoted 1"),
        (LAST, "rejected 2"),
    ]


def test_since_is_the_day_of_the_promotion_where_the_model_is(made: Home):
    """Not the last day whose data does not count for the version, which the picture shows."""
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # 25 hours apart: never the same day
        name = zone.partition("/")[2]
        made.in_defs(name, zone=zone)
        made.promote(name, made.version(name, 0.9), EPISODE)
    fleet = Fleet(made.settings)
    rows = {it.name: it for it in fleet.rows(made.instance)}
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        row = rows[zone.partition("/")[2]]
        (moved,) = open_ledger(made.settings.ledger_url).served(row.name)
        day = str(moved.at.astimezone(ZoneInfo(zone)).date())
        assert (row.since, cells(row)[1]) == (day, f"1 since {day}")
        assert f"since {day}" in overview_page([row], LINKS)
        life = life_of(fleet, row, made.instance)
        assert f"since {day}" in model_page(life, LINKS)
        # No run is named that could tell the day of data: the change itself has it.
        assert [it.since for it in life.served] == [EPISODE]


def test_what_one_run_did_is_on_the_day_of_its_promotion(made: Home):
    """The tags of a run that a person started do not say which day it is about."""
    made.in_defs("risk")
    version = made.version("risk", 0.9)
    made.promote("risk", version, EPISODE)
    made.retrain("risk", None, registered=(version, "staging"), production=(None, version))
    fleet = Fleet(made.settings)
    (row,) = fleet.rows(made.instance)
    life = life_of(fleet, row, made.instance)
    assert {(it.entry.action, it.day) for it in life.changes} == {
        ("stage", EPISODE),
        ("promote", EPISODE),
    }
    assert [it.day for it in life.retrains] == [EPISODE]
    assert row.retrain
    assert row.retrain.day == datetime.now(UTC).date() - timedelta(days=1)


def test_an_acknowledged_alert_waits_no_longer(made: Home):
    made.in_defs("risk")
    made.promote("risk", made.version("risk", 0.9), EPISODE)
    made.sensor("risk", "latched", "rejected", episode=EPISODE, attempt=1, alerted="latched/1/x")
    fleet = Fleet(made.settings)
    assert [it.waiting for it in fleet.rows(made.instance)] == [("alert: latched",)]
    made.registry("risk").acknowledge(EPISODE)
    assert [it.waiting for it in fleet.rows(made.instance)] == [()]


def test_an_empty_home_has_no_rows_and_looking_creates_no_dagster(tmp_path, settings: Settings):
    own = project(tmp_path / "project", settings)
    assert Fleet(own).rows() == []
    assert not own.dagster_home.exists()


def queries(fleet: Fleet, home: Home) -> int:
    """How many statements reading the rows takes."""
    with statements() as seen:
        fleet.rows(home.instance)
    return len([it for it in seen if it.lstrip().upper().startswith(("SELECT", "WITH"))])


def test_more_models_take_no_more_queries(made: Home):
    counted = []
    many(made, 2, 2)
    Fleet(made.settings).rows(made.instance)  # what a process asks once
    counted.append(queries(Fleet(made.settings), made))
    many(made, 8, 2, first=2)
    fleet = Fleet(made.settings)
    counted.append(queries(fleet, made))
    assert len(fleet.rows(made.instance)) == 10
    assert counted[0] == counted[1]
    assert 0 < counted[0] < 40
