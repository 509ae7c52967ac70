"""The state of a model's experiment, and whether a version may be promoted because of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from mlops_assets.errors import InputError
from mlops_assets.experiments.facts import ExperimentFacts
from mlops_assets.experiments.files import logged
from mlops_assets.experiments.judge import judge
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

NOT_PLANNED = "no experiment: defs.yaml has no `serving: {experiment: …}`"


def status(spec: LifecycleSpec, settings: Settings, until: date | None = None) -> ExperimentFacts:
    """The experiment of a model at the end of a day; by default of today."""
    plan, zone = spec.serving.experiment, spec.schedule.timezone
    if plan is None:
        return ExperimentFacts(outcome="none", recommendation=NOT_PLANNED)
    until = until or datetime.now(UTC).astimezone(ZoneInfo(zone)).date()
    return judge(logged(settings, spec.name, until=until, zone=zone), plan, until=until, zone=zone)


def not_won(spec: LifecycleSpec, settings: Settings, number: str, serving: str) -> str:
    """Why the gate `wins_experiment` keeps version `number` from production; "" if it does not.

    `serving` is the production version that it must have won against, "" for none.
    """
    gate = spec.gates.wins_experiment
    if gate is None or not serving or number == serving:
        return ""
    facts = status(spec, settings)
    champion, challenger = (facts.of(it) for it in ("champion", "challenger"))
    if not (champion and challenger and _is(champion.version, serving)) or not _is(
        challenger.version, number
    ):
        return f"there is no experiment of version {number} against version {serving}"
    if facts.outcome != "challenger":
        return f"the experiment says: {facts.recommendation}"
    if facts.looks[-1].low <= gate.margin:
        return f"the experiment says: {facts.recommendation}, and the margin is {gate.margin:g}"
    return ""


def require_won(
    spec: LifecycleSpec, settings: Settings, number: str | int, serving: str | int
) -> None:
    """Raise `InputError` if the gate `wins_experiment` keeps the version from production."""
    if why := not_won(spec, settings, str(number), str(serving)):
        raise InputError(
            seen=f"the gate `wins_experiment` of {spec.name} version {number}: {why}",
            expected="a version that won its experiment against the production version",
            todo=f"look at `mlops-assets experiment status {spec.name}`; or force it with a reason",
        )


def _is(version: str, number: str) -> bool:
    return version == f"registry-{number}"
