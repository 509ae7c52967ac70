"""Where the clock changes, every schedule still ticks once a day, for the right day."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from mlops_assets.lifecycle import partitions, schedules
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.monitoring import newest_complete_day
from mlops_assets_tests.world import SMALL

ZONES = ("Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe")
YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
SOURCE = {"type": "simulator", "name": "heart_disease", "rows": 100, "days": 2}


def spec_in(zone: str) -> LifecycleSpec:
    given = {"source": SOURCE, "live": {"start": "2025-12-01"}, "schedule": {"timezone": zone}}
    return LifecycleSpec.model_validate({**SMALL, **given})


def ticks(cron: str, zone: str) -> Iterator[datetime]:
    """When Dagster ticks on the nights after the days of 2026."""
    begin, end = (datetime(*when, tzinfo=ZoneInfo(zone)) for when in ((2026, 1, 2), (2027, 1, 2)))
    found = schedule_execution_time_iterator(begin.timestamp(), cron, zone)
    return takewhile(lambda tick: tick < end, found)


@pytest.mark.parametrize("zone", ZONES)
def test_each_schedule_is_for_every_day_of_the_year_once(zone):
    for schedule in schedules.build(spec_in(zone)):
        days = Counter(
            newest_complete_day(zone, tick) for tick in ticks(str(schedule.cron_schedule), zone)
        )
        assert days == Counter(YEAR), schedule.name


@pytest.mark.parametrize("zone", ZONES)
def test_there_is_one_partition_per_day(zone):
    now = datetime(2027, 1, 1, 12, tzinfo=ZoneInfo(zone))
    keys = partitions.days(spec_in(zone)).get_partition_keys(current_time=now)
    assert [key for key in keys if key.startswith("2026")] == list(map(str, YEAR))
