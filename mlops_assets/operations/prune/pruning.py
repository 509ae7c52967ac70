"""Find what can be removed, and remove it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from mlops_assets.errors import InputError
from mlops_assets.operations.prune.dagster_runs import old_dagster_runs
from mlops_assets.operations.prune.lake import old_files
from mlops_assets.operations.prune.mlflow_runs import old_runs
from mlops_assets.operations.prune.part import Part
from mlops_assets.operations.prune.versions import old_versions
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import open_ledger

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


def find_old(settings: Settings, age: timedelta, now: datetime | None = None) -> list[Part]:
    """What is older than `age` and can be removed, in the order in which to remove it.

    `now` defaults to the current time. Changes nothing. Raises `InputError` if a store does not
    answer.
    """
    before = (now or datetime.now(UTC)) - age
    with explained(settings):
        client, ledger = open_store(settings), open_ledger(settings.ledger_url)
        versions, kept = old_versions(client, ledger, before)
        runs, left = old_runs(client, settings, kept, before)
        lake = old_files(client, settings, left, before)
    return [versions, runs, lake, old_dagster_runs(settings, before)]
