"""Prevent overlapping retrains of one model, however they were started.

For runs that Dagster launches, its queue does so (one pool per model). A run started by
`mlops-assets retrain` is not queued, so the second one is refused here.
"""

import json
import os
import socket
from pathlib import Path

import dagster as dg

from mlops_assets.errors import InputError
from mlops_assets.platform.dagster.private import GRPC_INFO_TAG
from mlops_assets.platform.dagster.unstarted import end_unstarted
from mlops_assets.platform.heartbeats import bury, hearts
from mlops_assets.platform.processes import is_newer, lives, start_of
from mlops_assets.platform.settings import Settings

PROCESS_TAG = "mlops_assets/process"
GONE = "gone"
PARTITION_TAG = "dagster/partition"  # set by Dagster for a run of one day
IN_PROGRESS = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING]


def this_process() -> str:
    """Host, process id and start, as the tag of a run that no launcher monitors."""
    return _process_tag(os.getpid())


def refuse_overlap(instance: dg.DagsterInstance, model: str, run_id: str | None = None) -> None:
    """Raise `InputError` if a run that started earlier is retraining `model`."""
    end_dead_runs(instance)
    records = instance.get_run_records(dg.RunsFilter(statuses=IN_PROGRESS), ascending=True)
    for record in records:
        run = record.dagster_run
        if run.run_id == run_id:
            return  # the following runs started later
        if retrains(run, model):
            raise InputError(
                seen=f"run {run.run_id[:8]} is retraining {model} right now",
                expected="one retrain of a model at a time",
                todo="wait for it to finish, or terminate it in the Dagster UI",
            )


def end_dead_runs(instance: dg.DagsterInstance) -> int:
    """Mark runs as failed whose process is gone, here or on a lost machine; return their number.

    Dagster's code server does so for the runs it launched, unless it was killed with them.
    """
    host, settings = socket.gethostname(), Settings.from_environment()
    dead = _end_lost(instance, settings) + (end_unstarted(instance) if settings.workers else 0)
    for run in instance.get_runs(dg.RunsFilter(statuses=IN_PROGRESS)):
        process_tag = _own_tag(instance, run) or _note_worker(instance, run)
        # Runs of earlier releases have no start in their tag.
        where, process, start = (*process_tag.split(":"), "", "")[:3]
        if where == host and not lives(int(process), start):
            instance.report_run_failed(run, f"its process {process} is gone")
            dead += 1
    return dead


def _end_lost(instance: dg.DagsterInstance, settings: Settings) -> int:
    host, dead = socket.gethostname(), 0
    for heart in hearts(settings):
        run = instance.get_run_by_id(heart.run_id)
        if run is None or not heart.is_lost(host):
            continue  # another Dagster instance may share the database
        if not run.is_finished:
            where = heart.process.split(":")[0]
            why = f"nothing was heard of {heart.step} on {where} for {heart.silence:.0f} s"
            instance.report_run_failed(run, why)
            dead += 1
        bury(settings, heart)
    return dead


def retrains(run: dg.DagsterRun, model: str) -> bool:
    """Whether a run materializes unpartitioned assets of `model`; such runs must not overlap."""
    keys = run.asset_selection or ()
    named = run.tags.get("model") == model or any(key.path[0] == model for key in keys)
    return named and PARTITION_TAG not in run.tags


def _own_tag(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    """The run's process tag, unless it was copied from the failed run that this run retries."""
    own = run.tags.get(PROCESS_TAG, "")
    retried = instance.get_run_by_id(run.parent_run_id) if run.parent_run_id else None
    return "" if retried and retried.tags.get(PROCESS_TAG) == own else own


def _note_worker(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    """Tag a run with its worker process if a code server of this host started it, else return "".

    Unlike the code server's socket, the tag survives a restart of the host.
    """
    server = json.loads(run.tags.get(GRPC_INFO_TAG, "{}")).get("socket")
    if not server or not Path(server).exists():
        return ""
    kind = dg.DagsterEventType.ENGINE_EVENT
    for record in instance.get_records_for_run(run.run_id, of_type=kind, ascending=True).records:
        event = record.event_log_entry.dagster_event
        if event and (process := event.engine_event_data.metadata.get("pid")):
            found = _process_tag(int(str(process.value)), record.event_log_entry.timestamp)
            instance.add_run_tags(run.run_id, {PROCESS_TAG: found})
            return found
    return ""


def _process_tag(process: int, seen: float | None = None) -> str:
    """The tag of a process, which no later process has; `seen` is when it ran, if that is over."""
    again = seen is not None and is_newer(process, seen)
    start = None if again else start_of(process)
    return f"{socket.gethostname()}:{process}:{GONE if start is None else start}"
