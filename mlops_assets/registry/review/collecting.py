"""Collect what is stored with a version, for its review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.evaluation.fairness import stored as fairness
from mlops_assets.experiments.status import not_won
from mlops_assets.registry.overview import VersionFacts
from mlops_assets.registry.review.evidence import NOTHING, Evidence
from mlops_assets.registry.review.pins import stored_pins
from mlops_assets.registry.version_runs import StoredRun, evaluation_of, newest_run, stored
from mlops_assets.spec.stage_names import PRODUCTION

if TYPE_CHECKING:
    from mlflow.entities import Run

    from mlops_assets.platform.settings import Settings
    from mlops_assets.registry.registered_model import RegisteredModel
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

DOCUMENTS = ("evaluation.json", "training.json", *fairness.DOCUMENTS)


def collect(
    model: RegisteredModel,
    spec: LifecycleSpec,
    number: str,
    settings: Settings,
    *,
    told: Sequence[str] = (),
) -> Evidence:
    """Read what is stored with a version; `told` are the stakeholders who were consulted.

    Raises `InputError` if there is no such version. A run or file that is gone is left out, and
    the points that need it say so.
    """
    version = model.version(number)
    facts = VersionFacts.of(model, version, with_run=True)
    at = model.at(PRODUCTION)
    serving = str(at.version) if at else ""

    def run(name: str, **tags: str) -> StoredRun:
        return _stored(model, newest_run(model.client, facts, name, **tags))

    return Evidence(
        spec=spec,
        facts=facts,
        verdict=model.verdict(version),
        outdated=_outdated(model, spec, facts, serving),
        serving=serving,
        not_won=not_won(spec, settings, facts.version, serving),
        alerts=bool(settings.alert_urls or settings.alert_webhook_url or settings.alert_smtp_url),
        told=tuple(told),
        pins=stored_pins(model.client, facts.model_id),
        training=_stored(model, _run_of(model, facts)),
        evaluation=_stored(model, evaluation_of(model.client, facts)),
        profile=run("data_profile", dataset_version=facts.dataset_version),
        features=run("features", dataset_version=facts.dataset_version),
        registration=run("registered_version", version=facts.version),
    )


def _outdated(
    model: RegisteredModel, spec: LifecycleSpec, facts: VersionFacts, serving: str
) -> str:
    """Why the verdict of the version no longer counts; empty if it does, or if it serves."""
    if facts.version == serving:
        return ""
    try:
        return model.outdated(facts.version, spec.gates, serving)
    except InputError as error:
        return error.seen


def _run_of(model: RegisteredModel, facts: VersionFacts) -> Run | None:
    from mlflow.exceptions import MlflowException

    try:
        return model.client.get_run(facts.run_id) if facts.run_id else None
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise


def _stored(model: RegisteredModel, run: Run | None) -> StoredRun:
    return stored(model.client, run, DOCUMENTS) if run else NOTHING
