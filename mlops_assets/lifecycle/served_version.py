"""served_version: which version the prediction API answers with, and how it does."""

import inspect
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import dagster as dg

from mlops_assets.lifecycle.asset import code_reference
from mlops_assets.platform.dagster.kept_instance import instance_of
from mlops_assets.platform.settings import Settings
from mlops_assets.serving.status import EVERY_SECONDS, Status, read_status
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

SILENT = timedelta(seconds=6 * EVERY_SECONDS)
"""A server that has not written its status for so long has ended, or hangs."""
LOOK_SECONDS = 30
NAME = "served_version"


def build(spec: LifecycleSpec) -> list:
    """The observable asset `served_version`."""

    def served_version() -> dg.ObserveResult:
        """The version that `mlops-assets serve` answers with, as its status file says.

        Observed when something changes, or with the button "Observe". A good state is `answers`
        with the production version; `degraded` says why another one answers, and `not served` that
        no server runs for this model on this machine.
        """
        facts = _facts(spec.name)
        return dg.ObserveResult(metadata=facts, data_version=dg.DataVersion(_version(facts)))

    described = dg.AssetSpec(
        dg.AssetKey([spec.name, NAME]),
        description=inspect.getdoc(served_version),
        group_name=spec.name,
        owners=[spec.owner],
        kinds={"http"},
        metadata={"dagster/code_references": code_reference(served_version)},
    )
    # Not `observable_source_asset`: components cannot add the line of defs.yaml to one.
    declare = dg.multi_observable_source_asset(
        name=f"{spec.name}__served_version", specs=[described]
    )
    return [declare(served_version)]


@dg.sensor(
    minimum_interval_seconds=LOOK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Observes which version the prediction API answers with, of each model whose "
    "version or state has changed.",
)
def served_versions(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """One sensor for all models: a tick costs more than to read their status files."""
    facts = {key: _facts(key.path[0]) for key in _keys(context)}
    cursor = sha256(repr({key: _state_of(it) for key, it in facts.items()}).encode()).hexdigest()
    if cursor == context.cursor:
        return dg.SensorResult(skip_reason=_counted(facts), cursor=cursor)
    observed = [
        dg.AssetObservation(key, metadata=it, tags={"dagster/data_version": _version(it)})
        for key, it in facts.items()
        if _state_of(it) != _observed(instance_of(context), key)
    ]
    return dg.SensorResult(asset_events=observed, cursor=cursor)


def _keys(context: dg.SensorEvaluationContext) -> list[dg.AssetKey]:
    """`served_version` of every model that has it."""
    repository = context.repository_def
    keys = repository.asset_graph.get_all_asset_keys() if repository else ()
    return sorted(key for key in keys if key.path[-1] == NAME and len(key.path) == 2)


def _observed(instance: dg.DagsterInstance, key: dg.AssetKey) -> list[str]:
    """What was observed last, as `_state_of` gives it."""
    for record in instance.fetch_observations(key, limit=1).records:
        if seen := record.asset_observation:
            return _state_of({name: it.value for name, it in seen.metadata.items()})
    return []


def _state_of(facts: Mapping[str, Any]) -> list[str]:
    return [str(facts.get(name)) for name in ("state", "version", "reason")]


def _counted(facts: Mapping[dg.AssetKey, Mapping[str, Any]]) -> str:
    """How many models are in each state: `2 answers, 1 degraded`."""
    states = Counter(str(it["state"]) for it in facts.values())
    return (
        ", ".join(f"{count} {state}" for state, count in states.most_common()) or "none is served"
    )


def _version(facts: dict[str, Any]) -> str:
    return str(facts["version"])


def _facts(model: str) -> dict[str, Any]:
    """The state in words, and the figures of the last status."""
    status = read_status(Settings.from_environment().home / "serving", model)
    if status is None:
        command = f"start it: mlops-assets serve {model}"
        return {"state": "not served yet", "version": "none", "reason": command}
    state, reason = _state(status)
    p99 = status.p99_seconds
    return {
        "state": state,
        "version": status.model_version or "none",
        "reason": reason,
        "since": dg.MetadataValue.timestamp(status.since),
        "seen": dg.MetadataValue.timestamp(status.at),
        "requests": status.requests,
        "errors": status.errors,
        "p99_milliseconds": round(1000 * p99, 2) if p99 is not None else "no requests",
    }


def _state(status: Status) -> tuple[str, str]:
    """The state, and why it is not `answers`."""
    if datetime.now(UTC) - status.at > SILENT:
        return (
            "not served",
            f"no server has written its status since {status.at:%Y-%m-%d %H:%M:%S} UTC",
        )
    if not status.model_version:
        return "down", status.degraded or "no version is loaded"
    return ("degraded", status.degraded) if status.degraded else ("answers", "")
