"""Daily partitions of a model, and the concurrency pools of its runs."""

import inspect
from collections.abc import Callable
from datetime import date
from functools import lru_cache

import dagster as dg

from mlops_assets.platform.demo_days import demo_days
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

_BUILDING: list[tuple[LifecycleSpec, dg.DailyPartitionsDefinition]] = []
BEFORE_THE_DEMO = date(2026, 1, 1)


def days(spec: LifecycleSpec) -> dg.DailyPartitionsDefinition:
    """One partition per complete day since `live.start`, in the model's time zone.

    Building a model asks for it more than a dozen times in a row; the settings are read once.
    """
    if not _BUILDING or _BUILDING[0][0] is not spec:
        _BUILDING[:] = [(spec, _days(first_day(spec), spec.schedule.timezone))]
    return _BUILDING[0][1]


def first_day(spec: LifecycleSpec) -> date:
    """`live.start`; of the demonstration, its first day once it was played."""
    if isinstance(spec.live.start, date):
        return spec.live.start
    demo = demo_days(Settings.from_environment())
    return demo.first if demo else BEFORE_THE_DEMO


@lru_cache
def _days(start: date, timezone: str) -> dg.DailyPartitionsDefinition:
    return dg.DailyPartitionsDefinition(start_date=str(start), timezone=timezone)


def pool(spec: LifecycleSpec, *, daily: bool) -> str:
    """The concurrency pool: a model has one for retrains and one for daily runs."""
    return f"{spec.name}_monitor" if daily else spec.name


def with_signature(function: Callable) -> Callable:
    """Cache the function's signature, which Dagster computes a dozen times and slowly."""
    function.__signature__ = inspect.signature(function)  # pyright: ignore[reportFunctionMemberAccess]
    return function
