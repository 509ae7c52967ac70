"""Each model's last retrain and newest drift verdict, as recorded in Dagster."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    import dagster as dg


@dataclass(frozen=True)
class LastRetrain:
    """The newest run of a model's retrain job. `at`: its creation time, ISO 8601 in UTC."""

    run_id: str
    at: str
    status: str


@dataclass(frozen=True)
class DriftState:
    """The newest verdict of `drift_report`: its day, and the version that it applies to."""

    day: str
    version: str
    verdict: str
    summary: str


@dataclass(frozen=True)
class LatestState:
    """A model's last retrain and drift verdict; None if there is none."""

    last_retrain: LastRetrain | None = None
    drift: DriftState | None = None


def latest_states(settings: Settings, models: Sequence[str]) -> dict[str, LatestState]:
    """Read the state of each of `models`, with three queries each. Creates no storage."""
    from mlops_assets.platform.dagster.home import dagster_home, open_instance

    if not models or not (dagster_home(settings) / "dagster.yaml").exists():
        return {}
    with open_instance(settings) as instance:
        return {it: LatestState(_last_retrain(instance, it), _drift(instance, it)) for it in models}


def _last_retrain(instance: "dg.DagsterInstance", model: str) -> LastRetrain | None:
    from datetime import UTC

    import dagster as dg

    wanted = dg.RunsFilter(job_name=f"{model}_retrain", tags={"model": model})
    for record in instance.get_run_records(wanted, limit=1):
        at = record.create_timestamp.astimezone(UTC).isoformat(timespec="seconds")
        run = record.dagster_run
        return LastRetrain(run.run_id, at, run.status.value.lower())
    return None


def _drift(instance: "dg.DagsterInstance", model: str) -> DriftState | None:
    import dagster as dg

    from mlops_assets.monitoring.drift.day_report import DriftFacts
    from mlops_assets.retraining.day_records import newest_records

    key = dg.AssetKey([model, "drift_report"])
    for day, facts in newest_records(instance, key, DriftFacts, 1).items():
        return DriftState(str(day), facts.version, facts.verdict, facts.summary)
    return None
