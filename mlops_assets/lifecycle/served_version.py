"""served_version: which version the prediction API answers with, and how it does."""

import inspect
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from mlops_assets.lifecycle.asset import code_reference
from mlops_assets.platform.settings import Settings
from mlops_assets.serving.status import EVERY_SECONDS, Status, read_status
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

SILENT = timedelta(seconds=6 * EVERY_SECONDS)
"""A server that has not written its status for so long has ended, or hangs."""
LOOK_SECONDS = 30


def build(spec: LifecycleSpec) -> list:
    """The observable asset `served_version`."""

    def served_version() -> dg.ObserveResult:
        """The version that `mlops-assets serve` answers with, as its status file says.

        Observed when something changes, or with the button "Observe". A good state is `answers`
        with the production version; `degraded` says why another one answers, and `not served` that
        no server runs for this model on this machine.
        """
        facts = _facts(spec)
        return dg.ObserveResult(metadata=facts, data_version=dg.DataVersion(_version(facts)))

    described = dg.AssetSpec(
        _key(spec),
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


def sensors(spec: LifecycleSpec) -> list[dg.SensorDefinition]:
    """The sensor that observes `served_version` when the version or the state changes."""

    @dg.sensor(
        name=f"{spec.name}_served_sensor",
        minimum_interval_seconds=LOOK_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Observes which version the prediction API answers with when it changes.",
        tags={"model": spec.name},
    )
    def served_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        facts = _facts(spec)
        seen = " ".join(str(facts[name]) for name in ("state", "version", "reason"))
        if seen == context.cursor:
            return dg.SensorResult(skip_reason=seen, cursor=seen)
        tags = {"dagster/data_version": _version(facts)}
        observed = dg.AssetObservation(_key(spec), metadata=facts, tags=tags)
        return dg.SensorResult(asset_events=[observed], skip_reason=None, cursor=seen)

    return [served_sensor]


def _key(spec: LifecycleSpec) -> dg.AssetKey:
    return dg.AssetKey([spec.name, "served_version"])


def _version(facts: dict[str, Any]) -> str:
    return str(facts["version"])


def _facts(spec: LifecycleSpec) -> dict[str, Any]:
    """The state in words, and the figures of the last status."""
    status = read_status(Settings.from_environment().home / "serving", spec.name)
    if status is None:
        command = f"start it: mlops-assets serve {spec.name}"
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
