"""Which of Dagster's runs are old, and hold the newest record of no asset."""

from __future__ import annotations

from datetime import datetime

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
        logs = settings.dagster_home / "history" / "runs"
        sizes = [it.stat().st_size for run in old for it in logs.glob(f"{run}.db*")]

    def remove() -> str:
        with open_instance(settings) as instance:
            for run_id in old:
                instance.delete_run(run_id)
                instance.compute_log_manager.delete_logs(prefix=[run_id])
        return ""

    return Part("Dagster runs", tuple(old), sum(sizes), remove)


def _newest(instance: dg.DagsterInstance) -> set[str]:
    """The runs with the newest materialization of an asset: without it, it would be as never made.

    A day whose run is removed counts as never made; no schedule makes a day that old.
    """
    needed = set()
    for key in instance.get_asset_keys():
        if newest := instance.get_latest_materialization_event(key):
            needed.add(newest.run_id)
    return needed
