"""Read the records of a model's days from Dagster's event log."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import dagster as dg

from mlops_assets.monitoring.day_facts import DayFacts, merge_days
from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.live_day import LiveFacts
from mlops_assets.monitoring.performance.record import PerformanceFacts
from mlops_assets.platform.dagster.day_metadata import all_days, newest_by_day, newest_days
from mlops_assets.platform.dagster.records import Record, record_in
from mlops_assets.retraining.panels_of_0_1 import record_from_panel

DAYS = 30  # counted back from the newest day; older days do not matter


def record_of(metadata: Mapping[str, Any], type_: type[Record]) -> Record | None:
    """The record of a materialization; None if it has none, as one reported by hand."""
    return record_in(metadata, type_) or record_from_panel(metadata, type_)


def records_by_day(
    instance: dg.DagsterInstance, key: dg.AssetKey, type_: type[Record], days: Sequence[date]
) -> dict[date, Record]:
    """The newest record of the asset for each of `days` that has one, oldest first."""
    return newest_by_day(instance, key, days, partial(record_of, type_=type_))


def newest_records(
    instance: dg.DagsterInstance, key: dg.AssetKey, type_: type[Record], count: int = DAYS
) -> dict[date, Record]:
    """The records of the newest `count` materialized days, oldest first."""
    return records_by_day(instance, key, type_, newest_days(instance, key, count))


def read_day(instance: dg.DagsterInstance, model: str, day: date) -> DayFacts:
    """What is known of one day."""

    def newest(asset: str, type_: type[Record]) -> Record | None:
        return records_by_day(instance, dg.AssetKey([model, asset]), type_, [day]).get(day)

    return DayFacts(
        day=day,
        live=newest("live_data", LiveFacts),
        drift=newest("drift_report", DriftFacts),
        performance=newest("performance_report", PerformanceFacts),
    )


def read_days(instance: dg.DagsterInstance, model: str, labelled_after: date) -> list[DayFacts]:
    """The newest 30 days of live rows and of drift, and the performance of all days after a day.

    Labels may arrive months later, so performance is not limited to 30. Two queries per asset.
    """
    performance = dg.AssetKey([model, "performance_report"])
    labelled = [day for day in all_days(instance, performance) if day > labelled_after]
    return merge_days(
        newest_records(instance, dg.AssetKey([model, "live_data"]), LiveFacts),
        newest_records(instance, dg.AssetKey([model, "drift_report"]), DriftFacts),
        records_by_day(instance, performance, PerformanceFacts, labelled),
    )
