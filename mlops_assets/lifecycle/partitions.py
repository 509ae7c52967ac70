"""Daily partitions of a model, and the concurrency pools of its runs."""

import inspect
from collections.abc import Callable
from datetime import date
from functools import lru_cache

import dagster as dg

from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def days(spec: LifecycleSpec) -> dg.DailyPartitionsDefinition:
    """One partition per complete day since `live.start`, in the model's time zone."""
    return _days(spec.live.start, spec.schedule.timezone)


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
