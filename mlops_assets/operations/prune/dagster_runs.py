"""Which of Dagster's runs are old, and hold the newest record of no asset."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import dagster as dg

from mlops_assets.operations.prune.part import Part
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.settings import Settings

ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def old_dagster_runs(settings: Settings, before: datetime) -> Part:
    """The runs to remove, with their events and what they printed."""
    with open_instance(settings) as instance:
        wanted = dg.RunsFilter(statuses=ENDED, updated_before=before)
        needed = _newest(instance)
        old = [it.run_id for it in instance.get_runs(wanted) if it.run_id not in needed]
    kept = {run_id: _own_files(settings, run_id) for run_id in old}

    def remove() -> str:
        with open_instance(settings) as instance:
            for run_id, files in kept.items():
                instance.compute_log_manager.delete_logs(prefix=[run_id])
                instance.delete_run(run_id)
                for file in files:  # Dagster empties its database, and keeps the file
                    file.unlink(missing_ok=True)
        return ""

    size = sum(it.stat().st_size for files in kept.values() for it in files)
    return Part("Dagster runs", tuple(old), size, remove)


def _own_files(settings: Settings, run_id: str) -> list[Path]:
    """The SQLite database of a run's events; none if they are in PostgreSQL."""
    return [*(settings.dagster_home / "history" / "runs").glob(f"{run_id}.db*")]


def _newest(instance: dg.DagsterInstance) -> set[str]:
    """The runs with the newest materialization of an asset: without it, it would be as never made.

    A day whose run is removed counts as never made; no schedule makes a day that old.
    """
    needed = set()
    for key in instance.get_asset_keys():
        if newest := instance.get_latest_materialization_event(key):
            needed.add(newest.run_id)
    return needed
