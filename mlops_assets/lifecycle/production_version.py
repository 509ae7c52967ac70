"""production_version: the version that serves; materializing it approves the staged version."""

from datetime import UTC, datetime

import dagster as dg

from mlops_assets.lifecycle.asset import data_day, lifecycle_asset
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.lifecycle.run_actor import run_actor, started_by
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.registry.promotion import Decision, decide_promotion
from mlops_assets.registry.records import ProductionVersion, RegisteredVersion
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import PRODUCTION, STAGING


def build(spec: LifecycleSpec) -> list:
    """The asset `production_version`."""

    @lifecycle_asset(spec, reads=["registered_version"], kinds={"mlflow"})
    def production_version(
        context: dg.AssetExecutionContext,
        mlflow: MlflowResource,
        registered_version: RegisteredVersion,
    ):
        """The version that serves. Materializing this asset promotes the staged version.

        Only a version whose stored verdict passed is promoted. If the gates in defs.yaml or the
        serving version have changed since that verdict, it is evaluated again first. With
        `promotion: manual`, the staged version waits: review it, then materialize this asset alone
        to approve it. A run that also materializes registered_version, such as a full retrain,
        approves nothing.
        """
        with recorded(context, mlflow, spec, "promotion") as run:
            name, actor = spec.registered_name, run_actor(context)
            versions = registry_of(mlflow.settings, spec, actor)
            registry = versions.of(name)
            serving, staged = registry.at(PRODUCTION), registry.at(STAGING)
            decision = decide_promotion(
                policy=spec.promotion,
                staged_at=_staged_at(staged),
                run_began=_began(context),
                started_by=started_by(context),
                also_registers=_also_registers(context, spec),
            )
            if staged and decision.promote:
                versions.promote_model(
                    name,
                    staged.version,
                    reason=decision.why,
                    since=data_day(context, spec),
                    expected=str(serving.version) if serving else "",
                )
            record = _record(registry, serving, staged, decision, registered_version)
            run.tags(dataset_version=record.dataset_version)
            run.params({"promotion": spec.promotion, "version": record.version or "none"})
            run.metrics({"promoted": float(decision.promote)})
            run.document("promotion.json", record.model_dump())
            run.keep(record)
            run.show(
                version=record.version or "none serves yet",
                change=f"{record.previous or 'none'} → {record.version or 'none'}",
                waiting=record.waiting or "none",
                why=record.why,
                forced=_forced(registry),
                ledger=_ledger(registry),
                load_with=f"models:/{registry.name}@{spec.stage_names.production}",
            )
            return dg.MaterializeResult(value=record, metadata=run.metadata)

    return [production_version]


def _record(registry, serving, staged, decision: Decision, read) -> ProductionVersion:
    before = str(serving.version) if serving else None
    candidate = str(staged.version) if staged else None
    return ProductionVersion(
        name=registry.name,
        version=candidate if decision.promote else before,
        previous=before,
        waiting=None if decision.promote else candidate,
        why=decision.why,
        dataset_version=read.dataset_version,
    )


def _forced(registry: RegisteredModel) -> str:
    """The reason given when the serving version was forced, or "no"."""
    serving = registry.at(PRODUCTION)
    return serving.tags.get("forced", "no") if serving else "no"


def _ledger(registry: RegisteredModel) -> dg.MarkdownMetadataValue:
    """The latest stage changes of the model, one per line."""
    changes = [entry for entry in registry.history(limit=20) if entry.kind != "intent"]
    return dg.MetadataValue.md("\n".join(f"- {entry.line()}" for entry in changes) or "none")


def _staged_at(version) -> datetime | None:
    return datetime.fromisoformat(version.tags["staged_at"]) if version else None


def _also_registers(context: dg.AssetExecutionContext, spec: LifecycleSpec) -> bool:
    selection = context.run.asset_selection  # empty for a job that is run as a whole
    return not selection or dg.AssetKey([spec.name, "registered_version"]) in selection


def _began(context: dg.AssetExecutionContext) -> datetime:
    (record,) = context.instance.get_run_records(dg.RunsFilter(run_ids=[context.run.run_id]))
    return record.create_timestamp.astimezone(UTC)
