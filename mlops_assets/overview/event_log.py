"""The records of all models' days and retrains, from Dagster's event log in bulk.

Dagster's one query for many assets at once is by the type of event. The log is read from its newest
event back, once per process; after that only what is new.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import dagster as dg
from pydantic import BaseModel

from mlops_assets.monitoring.day_facts import DayFacts, QueueSummary, merge_days
from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.live_day import LiveFacts
from mlops_assets.monitoring.performance.record import PerformanceFacts
from mlops_assets.registry.records import ProductionVersion, RegisteredVersion
from mlops_assets.retraining.day_records import record_of
from mlops_assets.spec.stage_names import REJECTED

DAILY = {
    "live_data": LiveFacts,
    "drift_report": DriftFacts,
    "performance_report": PerformanceFacts,
}
PER_RUN = {"registered_version": RegisteredVersion, "production_version": ProductionVersion}
QUEUE = "review_queue"
KEPT, PAGE, MOST = 90, 1_000, 100_000
"""Days kept per asset; events per query; events that the first reading goes back."""
MARGIN = 100
"""Ids that are read again: in PostgreSQL a lower id may become visible later."""


@dataclass
class Seen:
    """What was seen of one model: records by asset and day, and by asset and run."""

    days: dict[str, dict[date, BaseModel]] = field(default_factory=dict)
    runs: dict[str, dict[str, BaseModel]] = field(default_factory=dict)
    ids: dict[tuple[str, object], int] = field(default_factory=dict)
    queue: int = 0
    merged: list[DayFacts] | None = None

    def facts(self) -> list[DayFacts]:
        """The facts of every known day, oldest first; merged again only after news."""
        if self.merged is None:
            live, drift, performance = (self.days.get(asset, {}) for asset in DAILY)
            self.merged = merge_days(live, drift, performance)  # type: ignore[arg-type]
        return self.merged

    def result(self, run_id: str) -> str:
        """What came of a retrain: `promoted 3`; empty if that is not known."""
        registered, production = (self.runs.get(asset, {}).get(run_id) for asset in PER_RUN)
        if not isinstance(registered, RegisteredVersion):
            return ""
        if registered.stage == REJECTED:
            return f"rejected {registered.version}"
        if not isinstance(production, ProductionVersion):
            return ""
        if production.version == registered.version != production.previous:
            return f"promoted {registered.version}"
        return f"staged {production.waiting}" if production.waiting else "unchanged"


class EventLog:
    """What the event log says of every model; `refresh` reads what is new."""

    def __init__(self) -> None:
        self.cursor, self.models = 0, dict[str, Seen]()
        self.lock = threading.Lock()

    def refresh(self, instance: dg.DagsterInstance) -> dict[str, Seen]:
        """What is known of each model now."""
        with self.lock:
            pages = self._newer(instance) if self.cursor else self._all(instance)
            for page in pages:
                for record in page:
                    self.cursor = max(self.cursor, record.storage_id)
                    self._keep(record)
        return self.models

    def _all(self, instance: dg.DagsterInstance) -> Iterator[list[dg.EventLogRecord]]:
        before = None
        for _ in range(MOST // PAGE):
            page = _materializations(instance, before_cursor=before)
            yield page
            if len(page) < PAGE:
                return
            before = page[-1].storage_id

    def _newer(self, instance: dg.DagsterInstance) -> Iterator[list[dg.EventLogRecord]]:
        after = max(self.cursor - MARGIN, 0)
        while page := _materializations(instance, ascending=True, after_cursor=after):
            yield page
            if len(page) < PAGE:
                return
            after = page[-1].storage_id

    def _keep(self, record: dg.EventLogRecord) -> None:
        event = record.asset_materialization
        if event is None or len(event.asset_key.path) != 2:
            return
        model, asset = event.asset_key.path
        metadata = {name: value.value for name, value in event.metadata.items()}
        seen, day = self.models.setdefault(model, Seen()), _day(event.partition)
        if asset in DAILY and day:
            self._put(seen.days, seen, (asset, day), record, metadata, DAILY[asset])
            _trim(seen, asset)
            seen.merged = None
        elif asset in PER_RUN:
            run = record.run_id
            self._put(seen.runs, seen, (asset, run), record, metadata, PER_RUN[asset])
        elif asset == QUEUE:
            found = record_of(metadata, QueueSummary)
            if found and found.items is not None and _is_newer(seen, (asset, ""), record):
                seen.queue = found.items

    def _put(
        self,
        place: dict[str, dict[Any, BaseModel]],
        seen: Seen,
        at: tuple[str, object],
        record: dg.EventLogRecord,
        metadata: dict[str, Any],
        type_: type[BaseModel],
    ) -> None:
        found = record_of(metadata, type_)
        if found is not None and _is_newer(seen, at, record):
            place.setdefault(at[0], {})[at[1]] = found


def _materializations(
    instance: dg.DagsterInstance, *, ascending: bool = False, **cursor: Any
) -> list[dg.EventLogRecord]:
    wanted = dg.EventRecordsFilter(dg.DagsterEventType.ASSET_MATERIALIZATION, **cursor)
    storage = instance.event_log_storage
    return list(storage.get_event_records(wanted, limit=PAGE, ascending=ascending))


def _is_newer(seen: Seen, at: tuple[str, object], record: dg.EventLogRecord) -> bool:
    """Whether the record replaces the one at that place, which it then does."""
    if record.storage_id < seen.ids.get(at, 0):
        return False
    seen.ids[at] = record.storage_id
    return True


def _trim(seen: Seen, asset: str) -> None:
    days = seen.days.get(asset, {})
    if len(days) > KEPT:
        oldest = min(days)
        del days[oldest]
        seen.ids.pop((asset, oldest), None)


def _day(partition: str | None) -> date | None:
    """The day of a partition; None for a partition of another kind."""
    try:
        return date.fromisoformat(partition) if partition else None
    except ValueError:
        return None
