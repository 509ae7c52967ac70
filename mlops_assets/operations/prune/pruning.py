"""Find what can be removed, and remove it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from mlops_assets.errors import InputError
from mlops_assets.operations.prune.dagster_runs import old_dagster_runs
from mlops_assets.operations.prune.lake import old_files
from mlops_assets.operations.prune.lake_days import old_days
from mlops_assets.operations.prune.mlflow_runs import old_runs
from mlops_assets.operations.prune.part import Part
from mlops_assets.operations.prune.tick_logs import old_tick_logs
from mlops_assets.operations.prune.versions import old_versions
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import open_ledger
from mlops_assets.registry.policies.store import PolicyStore
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

AGE = re.compile(r"([1-9][0-9]{0,4})d", re.ASCII)


def days_of(text: str) -> timedelta:
    """The age in a text such as `90d`. Raises `InputError` for anything else."""
    found = AGE.fullmatch(text.strip())
    if found is None:
        raise InputError(
            seen=f"--older-than {text}",
            expected="whole days, at least one, such as 90d",
            todo="correct it",
        )
    return timedelta(days=int(found[1]))


def find_old(
    settings: Settings,
    age: timedelta,
    specs: Iterable[LifecycleSpec] = (),
    now: datetime | None = None,
) -> list[Part]:
    """What is older than `age` and can be removed, in the order in which to remove it.

    `specs` are the models of this project, whose experiments may name a version; `now` defaults to
    the current time. Changes nothing. Raises `InputError` if a store does not answer.
    """
    before = (now or datetime.now(UTC)) - age
    with explained(settings):
        client, ledger = open_store(settings), open_ledger(settings.ledger_url)
        named = set(_named(settings, specs))
        versions, kept = old_versions(client, ledger, before, named)
        runs, left = old_runs(client, settings, kept, before)
        lake = old_files(client, settings, left, before)
    days, ticks = old_days(settings, before), old_tick_logs(settings, before)
    return [versions, runs, lake, days, old_dagster_runs(settings, before), ticks]


def remove(settings: Settings, parts: Iterable[Part]) -> list[str]:
    """Remove the parts, and return what could not be removed. Raises `InputError` like `find_old`.

    What it had not come to is found again by the next call.
    """
    with explained(settings):
        return [f"{it.what}: {why}" for it in parts if it.items and (why := it.remove())]


def _named(settings: Settings, specs: Iterable[LifecycleSpec]) -> Iterator[tuple[str, str]]:
    """Model and number of each version that an experiment or a policy version names."""
    for spec in specs:
        if plan := spec.serving.experiment:
            yield spec.registered_name, plan.challenger
    for row in PolicyStore(settings.warehouse_url).versions():
        yield row.mlflow_model_name, row.mlflow_model_version
