"""`mlops-assets serve` as a process: what it does with the logs of past days, and experiments."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from mlops_assets.data.prediction_log.appending import Appender
from mlops_assets.data.prediction_log.packed_day import PackedDay, packed_days
from mlops_assets.data.prediction_log.places import LOG, log_files, model_folder
from mlops_assets.experiments.assignment import variant
from mlops_assets_tests.checkout import Checkout
from mlops_assets_tests.server import wait_until
from mlops_assets_tests.serving.running_serve import Running, checkout_of, serving
from mlops_assets_tests.serving.served import ROW
from mlops_assets_tests.serving.staged import NAME, PLAN, UNITS, asked, lines, stage_second
from mlops_assets_tests.world import World

pytestmark = pytest.mark.process

DAY = date(2026, 3, 1)
LINE = {
    "at": "2026-03-01T12:00:00+00:00",
    "request": "r1",
    "version": "registry-1",
    "place": 0,
    "row": {"x": 0.1, "c": "a"},
    "answer": {"prediction": 1},
}


def test_a_server_has_past_days_packed_though_nothing_monitors_them(world, tmp_path):
    world.begin()
    settings = world.settings
    appender = Appender(model_folder(settings.home, "small") / LOG)
    whole = json.dumps(LINE).encode() + b"\n"
    appender.append(f"{DAY}T12.jsonl", whole + whole[:30] + b"\n")
    appender.append(f"{DAY}T13.jsonl", whole + whole[:30])
    appender.close()
    with serving(checkout_of(world, tmp_path / "checkout")) as running:
        requests.post(f"{running.url}/predict", json=ROW, timeout=30)
        today = log_files(settings.home, "small")[-1:]
        wait_until(lambda: log_files(settings.home, "small") == today, 60)
        assert running.end() == 0
    assert packed_days(settings, "small") == [DAY]
    packed = PackedDay(settings, "small", DAY)
    assert [it.request for it in packed.entries()] == ["r1", "r1"]
    assert packed.notes()["torn"] == 2


def in_experiment(world: World, folder: Path, **plan: Any) -> Checkout:
    stage_second(world)
    world.spec["serving"] = {"experiment": {**PLAN, **plan}}
    return checkout_of(world, folder)


def versions(running: Running) -> list[str]:
    answer = requests.post(f"{running.url}/predict", json=asked(UNITS), timeout=30)
    return [it["model_version"] for it in answer.json()]


def test_a_unit_keeps_its_version_when_the_server_is_started_again(world, tmp_path):
    checkout = in_experiment(world, tmp_path / "checkout")
    answered = []
    for _ in range(2):
        with serving(checkout) as running:
            answered.append(versions(running))
            info = requests.get(f"{running.url}/model-info", timeout=30).json()
            assert info["experiment"] == {
                "name": NAME,
                "challenger": "registry-2",
                "status": "running",
            }
            assert running.end() == 0
    of = {"champion": "registry-1", "challenger": "registry-2"}
    assert answered == [[of[variant(NAME, unit, 0.5)] for unit in UNITS]] * 2
    logged = {(it["unit"], it["variant"], it["version"]) for it in lines(world)}
    assert len(lines(world)) == 2 * len(logged) == 2 * len(UNITS)  # the hashes are the same too
    assert {(it[1], it[2]) for it in logged} == {*of.items()}
    assert lines(world, "shadow_log") == []


def test_a_shadow_of_a_process_is_logged_and_ends_with_it(world, tmp_path):
    with serving(in_experiment(world, tmp_path / "checkout", shadow=True)) as running:
        assert versions(running) == ["registry-1"] * len(UNITS)
        assert running.end() == 0  # at once: what has begun is finished first
    shadowed = lines(world, "shadow_log")
    assert [it["place"] for it in shadowed] == [*range(len(UNITS))]
    assert {(it["variant"], it["version"]) for it in shadowed} == {("challenger", "registry-2")}
    assert {it["request"] for it in shadowed} == {it["request"] for it in lines(world)}
    assert lines(world, "experiment_errors") == []
