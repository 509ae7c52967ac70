"""The days of a model as partitions, and the pools that keep its runs apart."""

import inspect
from collections.abc import Callable
from datetime import date
from functools import lru_cache

import dagster as dg

from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def days(spec: LifecycleSpec) -> dg.DailyPartitionsDefinition:
    """A partition for every day since `live.start` that has ended in the model's time zone."""
    return _days(spec.live.start, spec.schedule.timezone)


@lru_cache
def _days(start: date, timezone: str) -> dg.DailyPartitionsDefinition:
    return dg.DailyPartitionsDefinition(start_date=str(start), timezone=timezone)


def pool(spec: LifecycleSpec, *, daily: bool) -> str:
    """One retrain of a model at a time and one day at a time; neither waits for the other."""
    return f"{spec.name}_monitor" if daily else spec.name


def with_signature(function: Callable) -> Callable:
    """Remember the function's signature: Dagster asks for it a dozen times, and it is slow."""
    function.__signature__ = inspect.signature(function)  # pyright: ignore[reportFunctionMemberAccess]
    return function
