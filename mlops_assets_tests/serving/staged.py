"""A version in production and one staged, for an experiment between them."""

import json
from typing import Any

from mlops_assets_tests.serving.served import ROW
from mlops_assets_tests.world import World

PLAN = {"share": 0.5, "unit": "patient_id", "days": 14}
NAME = "small-1-2"
UNITS = [f"p{number}" for number in range(40)]


def stage_second(world: World) -> None:
    """Version 1 in production and version 2 staged; made once per session."""
    second = {
        "promotion": "manual",
        "model": {**world.spec["model"], "params": {"C": 0.1}},
    }

    def make() -> None:
        world.begin()
        world.spec |= second
        assert world.retrain_as_of("2026-01-05").success

    world.kept.fill(world.settings.home, "small, version 2 staged", make)
    world.spec |= second


def lines(world: World, folder: str = "prediction_log") -> list[dict[str, Any]]:
    files = sorted((world.settings.home / "serving" / "small" / folder).glob("*.jsonl"))
    return [json.loads(text) for file in files for text in file.read_text().splitlines()]


def asked(units: list[str]) -> list[dict[str, Any]]:
    return [{**ROW, "patient_id": unit} for unit in units]
