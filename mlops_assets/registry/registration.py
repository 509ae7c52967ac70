"""Register an evaluated model, unless data, code and parameters are those of a version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from mlops_assets.evaluation.records import Evaluation
from mlops_assets.platform.git_commit import Commit
from mlops_assets.platform.mlflow.model_ids import registered_model_id
from mlops_assets.registry.model_card import model_card
from mlops_assets.registry.model_description import describe
from mlops_assets.registry.overview import commit_at
from mlops_assets.registry.records import RegisteredVersion
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.registry.results import RegistrationResult

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
    card = model_card(spec, evaluation, trained_through=day, pyfunc=pyfunc, commit=git)
    version = _register(model, existing, evaluation, card, day, git)
    describe(model, spec)
    record = _record(model, version, existing is None, evaluation)
    stage_name = spec.stage_names.shown(record.stage)
    card = version.description or card
    return RegistrationResult(record, evaluation.verdict, card, stage_name, git)


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
    card: str,
    day: date,
    commit: Commit,
) -> ModelVersion:
    if existing is None:
        return model.register(evaluation, description=card, trained_through=day, commit=commit)
    if model.is_judged(existing, evaluation.verdict):
        return existing
    # The card holds the gate results; `judge` appends the ledger to it.
    model.client.update_model_version(model.name, str(existing.version), description=card)
    model.judge(existing, evaluation.verdict)
    return model.version(existing.version)


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
