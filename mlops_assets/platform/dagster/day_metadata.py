"""Read the metadata of a daily asset's newest materialization per day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import dagster as dg

MOST_RECORDS = 5_000  # of the requested days, newest first
REQUIRED = {"live_data": "outage", "drift_report": "verdict", "performance_report": "performance"}
"""Metadata that each asset always has; a materialization reported by hand may lack it."""


def newest_by_day(
    instance: dg.DagsterInstance, key: dg.AssetKey, days: Sequence[date]
) -> dict[date, dict[str, Any]]:
    """The metadata values of the newest materialization of each of `days`, oldest day first.

    Days that were never materialized, and materializations reported by hand, are left out.
    """
    if not days:
        return {}
    records = dg.AssetRecordsFilter(asset_key=key, asset_partitions=list(map(str, days)))
    found: dict[date, dict[str, Any]] = {}
    for record in instance.fetch_materializations(records, limit=MOST_RECORDS).records:
        materialization = record.asset_materialization
        if materialization and materialization.partition:
            metadata = {name: value.value for name, value in materialization.metadata.items()}
            if REQUIRED.get(key.path[-1]) in (None, *metadata):
                found.setdefault(date.fromisoformat(materialization.partition), metadata)
    return dict(sorted(found.items()))


def newest_days(instance: dg.DagsterInstance, key: dg.AssetKey, count: int) -> list[date]:
    """The newest `count` materialized days, oldest first."""
    return all_days(instance, key)[-count:]


def all_days(instance: dg.DagsterInstance, key: dg.AssetKey) -> list[date]:
    """All materialized days, oldest first."""
    return [date.fromisoformat(day) for day in sorted(instance.get_materialized_partitions(key))]
