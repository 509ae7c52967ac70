"""registered_version: the evaluated model in the registry, staged if its gates passed."""

from datetime import date, datetime

import dagster as dg

from mlops_assets.evaluation.records import Evaluation
from mlops_assets.lifecycle.asset import data_day, lifecycle_asset
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.lifecycle.run_actor import run_actor
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.registry.model_card import gate_table, model_card
from mlops_assets.registry.records import RegisteredVersion
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def build(spec: LifecycleSpec) -> list:
    """The asset `registered_version`."""

    @lifecycle_asset(spec, reads=["evaluation"], kinds={"mlflow"})
    def registered_version(
        context: dg.AssetExecutionContext, mlflow: MlflowResource, evaluation: Evaluation
    ):
        """The evaluated model as a version in the MLflow registry, with its verdict.

        A version that passed all gates is in `staging`. One that failed a gate is `rejected`: it
        stays registered with the reasons, and the run still succeeds. A model that is already
        registered, because data, code and parameters are unchanged, is not registered again.
        """
        with recorded(context, mlflow, spec, "registration") as run:
            name, actor = spec.registered_name, run_actor(context)
            registry = registry_of(mlflow.settings, spec, actor).of(name)
            registry.use_stage_names(spec.stage_names)
            existing = registry.with_fingerprint(evaluation.trained_model.fingerprint)
            day = _trained_through(existing) or data_day(context, spec)
            card = model_card(spec, evaluation, trained_through=day)
            version = _register(registry, existing, evaluation, card, day)
            is_new = existing is None
            card = version.description or card
            record = _record(registry, version, is_new, evaluation)
            run.tags(dataset_version=record.dataset_version, version=record.version)
            run.params({"version": record.version, "version_stage": record.stage})
            run.metrics({"is_new": float(is_new), "gates_passed": float(record.passed)})
            run.file("model_card.md").write_text(card)
            run.keep(record)
            run.show(
                version=record.version,
                stage=record.stage,
                stage_is_called=spec.stage_names.shown(record.stage),
                is_new=is_new,
                verdict=dg.MetadataValue.md(gate_table(evaluation.verdict)),
                model_card=dg.MetadataValue.md(card),
            )
            return dg.MaterializeResult(value=record, metadata=run.metadata)

    return [registered_version]


def _trained_through(existing) -> date | None:
    day = existing.tags.get("trained_through") if existing else None
    return date.fromisoformat(day) if day else None


def _register(registry: RegisteredModel, existing, evaluation: Evaluation, card: str, day: date):
    if existing is None:
        return registry.register(evaluation, description=card, trained_through=day)
    if not registry.is_judged(existing, evaluation.verdict):
        # The card holds the gate results; `judge` appends the ledger to it.
        registry.client.update_model_version(registry.name, str(existing.version), description=card)
        registry.judge(existing, evaluation.verdict)
        existing = registry.version(existing.version)
    return existing


def _record(
    registry: RegisteredModel, version, is_new: bool, evaluation: Evaluation
) -> RegisteredVersion:
    staged = version.tags.get("staged_at")
    return RegisteredVersion(
        name=registry.name,
        version=str(version.version),
        stage=registry.stage_of(version),
        passed=version.tags.get("gates_passed") == "true",
        is_new=is_new,
        staged_at=datetime.fromisoformat(staged) if staged else None,
        dataset_version=evaluation.trained_model.dataset_version,
    )
