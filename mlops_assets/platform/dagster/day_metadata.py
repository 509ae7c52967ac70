"""What Dagster remembers of a daily asset: the metadata of each day's newest materialization."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import dagster as dg

MOST_RECORDS = 5_000  # of the days asked for, the newest first
TELLS = {"live_data": "outage", "drift_report": "verdict", "performance_report": "performance"}
"""What each asset always says of a day: a person may report a materialization that says nothing."""


def newest_by_day(
    instance: dg.DagsterInstance, key: dg.AssetKey, days: Sequence[date]
) -> dict[date, dict[str, Any]]:
    """The metadata values of the newest materialization of each of `days`, oldest day first.

    Days that were never materialized are left out, and so is what a person reported by hand.
    """
    if not days:
        return {}
    wanted = dg.AssetRecordsFilter(asset_key=key, asset_partitions=list(map(str, days)))
    found: dict[date, dict[str, Any]] = {}
    for record in instance.fetch_materializations(wanted, limit=MOST_RECORDS).records:
        made = record.asset_materialization
        if made and made.partition:
            facts = {name: value.value for name, value in made.metadata.items()}
            if TELLS.get(key.path[-1]) in (None, *facts):
                found.setdefault(date.fromisoformat(made.partition), facts)
    return dict(sorted(found.items()))


def newest_days(instance: dg.DagsterInstance, key: dg.AssetKey, count: int) -> list[date]:
    """The newest `count` days that were materialized, oldest first."""
    return all_days(instance, key)[-count:]


def all_days(instance: dg.DagsterInstance, key: dg.AssetKey) -> list[date]:
    """Every day that was materialized, oldest first."""
    return [date.fromisoformat(day) for day in sorted(instance.get_materialized_partitions(key))]
