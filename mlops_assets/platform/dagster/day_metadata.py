"""Read the newest materialization per day of a daily asset."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

import dagster as dg

MOST_RECORDS = 5_000  # of the requested days, newest first
Read = TypeVar("Read")


def newest_by_day(
    instance: dg.DagsterInstance,
    key: dg.AssetKey,
    days: Sequence[date],
    read: Callable[[dict[str, Any]], Read | None],
) -> dict[date, Read]:
    """What `read` makes of the newest materialization of each of `days`, oldest day first.

    `read` gets the metadata values by name; where it returns None, as for a materialization that
    was reported by hand, the one before counts. Days without any are left out. One query.
    """
    if not days:
        return {}
    records = dg.AssetRecordsFilter(asset_key=key, asset_partitions=list(map(str, days)))
    found: dict[date, Read] = {}
    for record in instance.fetch_materializations(records, limit=MOST_RECORDS).records:
        materialization = record.asset_materialization
        if materialization and materialization.partition:
            day = date.fromisoformat(materialization.partition)
            metadata = {name: value.value for name, value in materialization.metadata.items()}
            if day not in found and (made := read(metadata)) is not None:
                found[day] = made
    return dict(sorted(found.items(), key=lambda item: item[0]))


def newest_days(instance: dg.DagsterInstance, key: dg.AssetKey, count: int) -> list[date]:
    """The newest `count` materialized days, oldest first."""
    return all_days(instance, key)[-count:]


def all_days(instance: dg.DagsterInstance, key: dg.AssetKey) -> list[date]:
    """All materialized days, oldest first."""
    return [date.fromisoformat(day) for day in sorted(instance.get_materialized_partitions(key))]
