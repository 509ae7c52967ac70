"""The planner of `defs/`, small enough for a test."""

from pathlib import Path
from typing import Any

import yaml

import mlops_assets
from mlops_assets.simulators import _meals, planner
from mlops_assets_tests.world import World

DEFS = Path(mlops_assets.__file__).parent / "defs"
TRAINED, QUIET, CHANGED = "2026-01-04", "2026-01-05", "2026-01-06"


def attributes(model: str) -> dict[str, Any]:
    """What the defs.yaml of a model says."""
    return yaml.safe_load((DEFS / model / "defs.yaml").read_text())["attributes"]


def small_planner(**changes: Any) -> dict[str, Any]:
    """The planner under the name of the test world's model; tastes change on `CHANGED`."""
    given = attributes("planner")
    source = {**given["source"], "rows": 800, "days": 3, "shift_since": CHANGED}
    live = {"source": source, "start": "2026-01-01"}
    return {**given, "name": "small", "source": source, "live": live, **changes}


def begin(world: World, **changes: Any) -> None:
    """The first retrain of the planner."""
    world.spec = small_planner(**changes)
    world.begin(TRAINED)


def true_value(table, predictions, tastes: float = 0.0) -> float:
    """What the policy behind the predictions is worth on the rows of `table`."""
    names = [f"probability_{plan}" for plan in planner.MENU.items]
    means = _meals.expected_rewards(planner.MENU, table, tastes)
    return float((predictions[names].to_numpy() * means).sum(axis=1).mean())
