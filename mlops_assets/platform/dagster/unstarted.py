"""End runs that will never start; Dagster's monitoring asks only for those that have started."""

from typing import Protocol, runtime_checkable

import dagster as dg


@runtime_checkable
class WatchesStart(Protocol):
    """A launcher that can tell that a run will never start."""

    def why_not_started(self, run: dg.DagsterRun) -> str:
        """Why a run will never start; "" if it still may."""
        ...


def end_unstarted(instance: dg.DagsterInstance) -> int:
    """Mark runs as failed whose worker has ended before they started; return their number."""
    launcher, ended = instance.run_launcher, 0
    if not isinstance(launcher, WatchesStart):
        return 0
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTING])):
        why = launcher.why_not_started(run)
        now = instance.get_run_by_id(run.run_id) if why else None
        if now and now.status is dg.DagsterRunStatus.STARTING:
            instance.report_run_failed(now, why)
            ended += 1
    return ended
