"""The life of one model: what served when, its retrains, and every change of its stages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.overview.collect import Fleet
from mlops_assets.overview.dagster_facts import retrains_of
from mlops_assets.overview.event_log import Seen
from mlops_assets.overview.records import ModelRow, Retrain
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.mlflow.version_tags import plain_name
from mlops_assets.registry.ledger import DONE, INTENT, Entry, changes, open_ledger

if TYPE_CHECKING:
    import dagster as dg

SINCE = "in_production_since"
MOST_ROWS = 1_000
RUN = re.compile(r"Dagster run ([0-9a-f]{8})$")


@dataclass(frozen=True)
class Change:
    """A change of a stage. `day` is the day of data that it belongs to."""

    entry: Entry
    day: date
    ended: bool

    @property
    def what(self) -> str:
        """`promote 3 (forced)`."""
        return f"{self.entry.what()}{'' if self.ended else ' (not finished)'}"

    @property
    def moved(self) -> str:
        """`staging → production`."""
        entry = self.entry
        return f"{entry.from_stage} → {entry.to_stage or 'removed'}" if entry.from_stage else ""


@dataclass(frozen=True)
class Served:
    """A version and the days it served; `until` is None for the one in production."""

    version: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Life:
    """A model with its changes and retrains, oldest first."""

    row: ModelRow
    changes: Sequence[Change]
    retrains: Sequence[Retrain]

    @property
    def served(self) -> list[Served]:
        """The versions that served, oldest first; a version that came back is there twice."""
        moves = [it for it in self.changes if it.entry.kind == DONE and _moves(it.entry)]
        ends = [it.day for it in moves[1:]]
        return [
            Served(it.entry.serving, it.day, until)
            for it, until in zip(moves, [*ends, None], strict=True)
            if it.entry.serving
        ]


def life_of(fleet: Fleet, row: ModelRow, instance: dg.DagsterInstance | None = None) -> Life:
    """Read the life of a model of `fleet.rows()`."""
    if instance is None and fleet.has_dagster():
        with open_instance(fleet.settings) as opened:
            return life_of(fleet, row, opened)
    seen = fleet.log.models.get(row.name, Seen())
    retrains = retrains_of(instance, row.name, seen) if instance else []
    ledger = open_ledger(fleet.settings.ledger_url)
    rows = ledger.history(row.registered.model_name, limit=MOST_ROWS)
    written = {row.transition: day for row in rows if row.kind == INTENT and (day := _written(row))}
    # A promotion knows the day of data of its run exactly; a run itself may have no tag for it.
    exact = {
        run: written[it.transition] for it in rows if it.transition in written and (run := _run(it))
    }
    retrains = [replace(it, day=exact.get(it.run_id[:8], it.day)) for it in retrains]
    return Life(row, list(reversed(list(_changes(rows, written, retrains)))), retrains)


def _changes(
    rows: Sequence[Entry], written: Mapping[str, date], retrains: Sequence[Retrain]
) -> Iterator[Change]:
    """Every change, the newest first."""
    days = {it.run_id[:8]: it.day for it in retrains}
    for row, ended in changes(rows):
        day = written.get(row.transition) or days.get(_run(row) or "") or row.at.date()
        yield Change(row, day, ended)


def _written(intent: Entry) -> date | None:
    """The day of data that a change wrote, if any."""
    for write in json.loads(intent.writes):
        if plain_name(write.get("key", "")) == SINCE and write.get("value"):
            return date.fromisoformat(write["value"])
    return None


def _run(entry: Entry) -> str:
    """The beginning of the id of the Dagster run that made the change; empty if none did."""
    found = RUN.search(entry.actor)
    return found[1] if found else ""


def _moves(entry: Entry) -> bool:
    return entry.serving != entry.expected
