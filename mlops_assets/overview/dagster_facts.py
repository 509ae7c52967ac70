"""The retrains and the drift sensors of all models, in a few queries of Dagster's storage."""

from __future__ import annotations

from datetime import UTC, date

import dagster as dg

from mlops_assets.overview.event_log import Seen
from mlops_assets.overview.records import LoopStatus, Retrain
from mlops_assets.retraining.state import State
from mlops_assets.spec.monitoring import AS_OF_TAG, WHY_TAG, newest_complete_day

FIRST = "raw_data"
"""The first asset of the retrain job: its last run, even one that failed, is the last retrain."""
SENSOR = "_drift_sensor"
MOST_RETRAINS = 200


def last_retrains(instance: dg.DagsterInstance, models: dict[str, Seen]) -> dict[str, Retrain]:
    """The newest retrain of each model, by name, in two queries."""
    keys = [dg.AssetKey([name, FIRST]) for name in models]
    records = instance.get_asset_records(keys) if keys else []
    wanted = {
        it.asset_entry.asset_key.path[0]: it.asset_entry.last_run_id
        for it in records
        if it.asset_entry.last_run_id
    }
    if not wanted:
        return {}
    runs = instance.get_run_records(dg.RunsFilter(run_ids=list(wanted.values())))
    by_id = {it.dagster_run.run_id: it for it in runs}
    return {
        name: _retrain(by_id[run_id], models[name])
        for name, run_id in wanted.items()
        if run_id in by_id
    }


def retrains_of(instance: dg.DagsterInstance, model: str, seen: Seen) -> list[Retrain]:
    """The newest retrains of one model, oldest first."""
    wanted = dg.RunsFilter(job_name=f"{model}_retrain", tags={"model": model})
    runs = instance.get_run_records(wanted, limit=MOST_RETRAINS)
    return [_retrain(it, seen) for it in reversed(runs)]


def loops(instance: dg.DagsterInstance) -> dict[str, LoopStatus]:
    """What each model's drift sensor decided last, by model; one query."""
    newest: dict[str, tuple[float, LoopStatus]] = {}
    for it in instance.all_instigator_state():
        if not it.instigator_name.endswith(SENSOR):
            continue
        model, data = it.instigator_name.removesuffix(SENSOR), it.instigator_data
        at = getattr(data, "last_tick_timestamp", None) or 0.0
        if at >= newest.get(model, (0.0,))[0]:  # one of an earlier code location may be left
            newest[model] = at, _loop(getattr(data, "cursor", None), stopped=not it.is_running)
    return {model: loop for model, (_, loop) in newest.items()}


def _retrain(record: dg.RunRecord, seen: Seen) -> Retrain:
    run = record.dagster_run
    at, as_of = record.create_timestamp.astimezone(UTC), run.tags.get(AS_OF_TAG)
    return Retrain(
        run_id=run.run_id,
        at=at.isoformat(timespec="seconds"),
        day=date.fromisoformat(as_of) if as_of else newest_complete_day("UTC", at),
        status=run.status.value.lower(),
        result=seen.result(run.run_id),
        why=run.tags.get(WHY_TAG, ""),
    )


def _loop(cursor: str | None, *, stopped: bool) -> LoopStatus:
    if not cursor:
        return LoopStatus("not judged yet", "the drift sensor has not ticked", stopped=stopped)
    state = State.restore(cursor)
    return LoopStatus(
        status=state.status.replace("_", " "),
        said=state.said,
        since=state.since.isoformat(timespec="seconds") if state.since else "",
        episode=state.episode,
        alert=state.alerted.partition("/")[0].replace("_", " "),
        stopped=stopped,
    )
