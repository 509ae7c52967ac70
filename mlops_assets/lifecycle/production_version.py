"""production_version: the version that serves; materializing it approves the staged version."""

from datetime import UTC, datetime

import dagster as dg

from mlops_assets.experiments.status import not_won
from mlops_assets.lifecycle.asset import data_day, lifecycle_asset
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.lifecycle.run_actor import run_actor, started_by
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.registry.promotion import decide_promotion
from mlops_assets.registry.records import RegisteredVersion
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.registry.results import promotion_result
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import PRODUCTION, STAGING


def build(spec: LifecycleSpec) -> list:
    """The asset `production_version`."""
    first = {"review": spec.is_reviewed, "policy_version": spec.policy is not None}
    after = [asset for asset, is_there in first.items() if is_there]

    @lifecycle_asset(spec, reads=["registered_version"], after=after, kinds={"mlflow"})
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
        approves nothing. With `promotion: review` it waits for `mlops-assets review`, whose
        approval promotes it. With the gate `wins_experiment`, a version waits until it has won.
        """
        with recorded(context, mlflow, spec, "promotion") as run:
            registry = registry_of(mlflow.settings, spec, run_actor(context))
            model = registry.of(spec.registered_name)
            serving, staged = model.at(PRODUCTION), model.at(STAGING)
            decision = decide_promotion(
                policy=spec.promotion,
                staged_at=_staged_at(staged),
                run_began=_began(context),
                started_by=started_by(context),
                also_registers=_also_registers(context, spec),
                not_won=not_won(spec, mlflow.settings, _number(staged), _number(serving)),
                unapproved=_unapproved(model, spec, staged),
            )
            if staged and decision.promote:
                registry.promote_model(
                    model.name,
                    staged.version,
                    reason=decision.why,
                    since=data_day(context, spec),
                    expected=_number(serving),
                )
            result = promotion_result(model, spec, decision, serving, staged, registered_version)
            run.record(result)
            return dg.MaterializeResult(value=result.record, metadata=run.metadata)

    return [production_version]


def _staged_at(version) -> datetime | None:
    return datetime.fromisoformat(version.tags["staged_at"]) if version else None


def _unapproved(model: RegisteredModel, spec: LifecycleSpec, staged) -> str:
    return model.unapproved(_number(staged)) if staged and spec.promotion == "review" else ""


def _number(version) -> str:
    return str(version.version) if version else ""


def _also_registers(context: dg.AssetExecutionContext, spec: LifecycleSpec) -> bool:
    selection = context.run.asset_selection  # empty for a job that is run as a whole
    return not selection or dg.AssetKey([spec.name, "registered_version"]) in selection


def _began(context: dg.AssetExecutionContext) -> datetime:
    (record,) = context.instance.get_run_records(dg.RunsFilter(run_ids=[context.run.run_id]))
    return record.create_timestamp.astimezone(UTC)
