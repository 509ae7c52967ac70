"""`mlops-assets versions MODEL`: the versions of a model, newest first."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json, Limit, Model
from mlops_assets.cli.registry import registered_name
from mlops_assets.cli.tables import print_table
from mlops_assets.spec.stage_names import PRODUCTION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from mlops_assets.registry.overview import VersionFacts

HEADINGS = ["version", "stage", "created", "verdict", "headline metric", "data", "commit", "why"]


def versions(model: Model, limit: Limit = None, as_json: Json = False) -> None:
    """List the versions of a model with stage, verdict, metric and data, newest first.

    A verdict is that of the gates at that time. Where the same metrics fail today's gates in
    defs.yaml, that is added. A commit with a + had uncommitted changes beside it.

    Example:  mlops-assets versions heart_disease --limit 10
    """
    from mlops_assets.cli.models import headline
    from mlops_assets.client import ModelRegistry
    from mlops_assets.registry.todays_gates import failures_today, gates_in_defs
    from mlops_assets.spec.time_zones import time_zones

    registry = ModelRegistry.from_environment()
    name = registered_name(registry, model)
    found = registry.list_versions(name, limit=limit)
    gates = gates_in_defs(registry.settings.defs).get(name)
    if as_json:
        rows = [asdict(it) | {"fails_today": failures_today(it, gates)} for it in found]
        print_json(rows)
        return
    zones = time_zones(registry.settings.defs)
    rows = [
        [
            it.version,
            _stage(it, zones),
            it.created[:16].replace("T", " "),
            _verdict(it.verdict, failures_today(it, gates)),
            headline(it),
            it.dataset_version or "-",
            it.git.short or "-",
            " ".join(it.reason.split()),
        ]
        for it in found
    ]
    print_table([HEADINGS, *rows])


def _stage(facts: "VersionFacts", zones: "Mapping[str, ZoneInfo]") -> str:
    """`production (forced) since 2026-01-05`."""
    from mlops_assets.registry.promoted_at import day_promoted

    day = day_promoted(facts, zones) if facts.stage == PRODUCTION else ""
    return facts.called + (" (forced)" if facts.forced else "") + (f" since {day}" if day else "")


def _verdict(verdict: str, today: list[str] | None) -> str:
    """`passed`, and the bounds of today that it fails."""
    if verdict != "passed" or not today:
        return verdict or "-"
    return f"passed; fails today: {'; '.join(today)}"
