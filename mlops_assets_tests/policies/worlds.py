"""The planner of `defs/`, small enough for a test."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import mlops_assets
from mlops_assets.simulators import _meals, planner
from mlops_assets_tests import yaml_attributes
from mlops_assets_tests.serving.staged import lines
from mlops_assets_tests.world import World

DEFS = Path(mlops_assets.__file__).parent / "defs"
TRAINED, QUIET, CHANGED = "2026-01-04", "2026-01-05", "2026-01-06"


def attributes(model: str) -> dict[str, Any]:
    """What the defs.yaml of a model says."""
    return yaml_attributes.attributes(DEFS / model / "defs.yaml")


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


def asked_rows(count: int) -> list[dict[str, Any]]:
    """What a client sends: users without what was chosen for them."""
    table = planner.simulate(count, seed=9)
    fields = [*table.columns[1:-3]]
    return [
        {**{name: row[name] for name in fields}, "user": f"u{number}"}
        for number, row in enumerate(table.to_dict("records"))
    ]


def label_by_variant(world, kept: dict[str, float], days: int = 6) -> None:
    """Spread the requests over days; each day of a plan is kept with the variant's probability."""
    folder = world.settings.home / "serving" / "small"
    found = sorted(lines(world), key=lambda it: it["place"])
    begin_at, labels = datetime.now(UTC) - timedelta(days=days - 1), []
    for number, line in enumerate(found):
        line["at"] = (begin_at + timedelta(days=number * days // len(found))).isoformat()
        kept_days = round(7 * kept[line["variant"]] + (number % 3 - 1))
        given = {"row": f"{line['request']}/{line['place']}", "at": line["at"]}
        labels.append({**given, "label": min(7, max(0, kept_days)) / 7})
    for name, content in (("prediction_log", found), ("labels", labels)):
        (folder / name).mkdir(exist_ok=True)
        for old in (folder / name).iterdir():
            old.unlink()
        text = "".join(json.dumps(it) + "\n" for it in content)
        (folder / name / f"{begin_at:%Y-%m-%dT%H}.jsonl").write_text(text)
