"""Register an evaluated model, unless data, code and parameters are those of a version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from mlops_assets.evaluation.fairness import stored as fairness
from mlops_assets.evaluation.records import Evaluation
from mlops_assets.platform.git_commit import Commit
from mlops_assets.platform.mlflow.model_ids import registered_model_id
from mlops_assets.registry.card_page import card_page
from mlops_assets.registry.changes_since import ChangesSince, changes_since_before
from mlops_assets.registry.model_card import model_card
from mlops_assets.registry.model_description import describe
from mlops_assets.registry.overview import VersionFacts, commit_at
from mlops_assets.registry.records import RegisteredVersion
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.registry.results import RegistrationResult
from mlops_assets.registry.version_runs import evaluation_of, stored

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def register_evaluated(
    model: RegisteredModel,
    spec: LifecycleSpec,
    evaluation: Evaluation,
    day: date,
    commit: Callable[[], Commit] = Commit,
) -> RegistrationResult:
    """Register the evaluated model as a version, or judge the version that it is already.

    `day` is the newest day of its training data and `commit` gives what defs.yaml is at, if it is
    new.
    """
    model.use_stage_names(spec.stage_names)
    existing = model.with_fingerprint(evaluation.trained_model.fingerprint)
    if existing and registered_model_id(existing) != evaluation.trained_model.model_id:
        existing = None  # its files were lost, so the same data, code and parameters were refitted
    day = _trained_through(existing) or day
    pyfunc = _has_pyfunc(evaluation.trained_model.uri)
    git = commit_at(existing.tags) if existing else commit()
    given = {"trained_through": day, "pyfunc": pyfunc, "commit": git}
    card = partial(model_card, spec, evaluation, **given)
    version, changes = _register(model, existing, evaluation, card, day, git)
    describe(model, spec)
    record = _record(model, version, existing is None, evaluation)
    stage_name = spec.stage_names.shown(record.stage)
    page = _page(model, spec, evaluation, version, day, git, changes)
    text = version.description or card(changes=changes)
    return RegistrationResult(record, evaluation.verdict, text, stage_name, git, page)


def _page(
    model: RegisteredModel,
    spec: LifecycleSpec,
    evaluation: Evaluation,
    version: ModelVersion,
    day: date,
    commit: Commit,
    changes: ChangesSince,
) -> str:
    """The model card as a page, with what the newest evaluation of the model stored."""
    run = evaluation_of(model.client, VersionFacts.of(model, version))
    number = str(version.version)
    return card_page(
        spec,
        evaluation,
        stored(model.client, run, fairness.DOCUMENTS) if run else None,
        client=model.client,
        version=number,
        trained_through=day,
        commit=commit,
        changes=changes,
        ledger=model.ledger.of_version(model.name, number),
    )


def _has_pyfunc(uri: str) -> bool:
    """Whether `mlflow.pyfunc` can load the model; not if its kind alone can read its files."""
    from mlflow.models import get_model_info

    return "python_function" in get_model_info(uri).flavors


def _trained_through(existing: ModelVersion | None) -> date | None:
    day = existing.tags.get("trained_through") if existing else None
    return date.fromisoformat(day) if day else None


def _register(
    model: RegisteredModel,
    existing: ModelVersion | None,
    evaluation: Evaluation,
    card: Callable[..., str],
    day: date,
    commit: Commit,
) -> tuple[ModelVersion, ChangesSince]:
    """The version, and what is different in it from the one before."""
    if existing is None:
        found = model.register(evaluation, description=card(), trained_through=day, commit=commit)
        changes = changes_since_before(model, found)
        if changes.version:  # known only now: the description is written again, with its ledger
            model.describe_version(found, card(changes=changes))
        return model.version(found.version), changes
    changes = changes_since_before(model, existing)
    if model.is_judged(existing, evaluation.verdict):
        return existing, changes
    # The card holds the gate results; `judge` appends the ledger to it.
    number = str(existing.version)
    model.client.update_model_version(model.name, number, description=card(changes=changes))
    model.judge(existing, evaluation.verdict)
    return model.version(number), changes


def _record(
    model: RegisteredModel, version: ModelVersion, is_new: bool, evaluation: Evaluation
) -> RegisteredVersion:
    staged = version.tags.get("staged_at")
    return RegisteredVersion(
        name=model.name,
        version=str(version.version),
        stage=model.stage_of(version),
        passed=version.tags.get("gates_passed") == "true",
        is_new=is_new,
        staged_at=datetime.fromisoformat(staged) if staged else None,
        dataset_version=evaluation.trained_model.dataset_version,
    )
