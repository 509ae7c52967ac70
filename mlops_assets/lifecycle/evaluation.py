"""evaluation: holdout metrics of the trained model and the verdict of its gates."""

import dagster as dg

from mlops_assets.data.training_tables import FeatureTable
from mlops_assets.evaluation.earlier import FILE, TAG, Earlier, earlier_of, found
from mlops_assets.evaluation.evaluate import evaluate_model
from mlops_assets.evaluation.records import TrainedModel
from mlops_assets.evaluation.verdict_claims import CLAIMS, verdict_claims
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.checks import warnings
from mlops_assets.lifecycle.record_contract import require_record
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import PRODUCTION


def build(spec: LifecycleSpec) -> list:
    """The asset `evaluation` and the checks that show its verdict."""

    @lifecycle_asset(
        spec, reads=["features", "trained_model"], kinds={"mlflow", spec.model.type}, warns=CLAIMS
    )
    def evaluation(
        context: dg.AssetExecutionContext,
        mlflow: MlflowResource,
        features: FeatureTable,
        trained_model: TrainedModel,
    ):
        """Metrics of the trained model on the holdout, which is never used for training.

        Each metric has a 95 % confidence interval, and each gate is listed with its bound. The
        model is loaded back from MLflow first, so the model evaluated is the one that would
        serve. In a good evaluation all gates pass. If the same model has been evaluated by the same
        code on the same rows and defs.yaml, what was measured then is taken over, and
        `measured_in_run` says from where; the gates are judged again.
        """

        def earlier(inputs: str) -> Earlier | None:
            run = mlflow.find_finished(spec.experiment, "evaluation", **{TAG: inputs})
            return earlier_of(mlflow.client, run) if run else None

        with recorded(context, mlflow, spec, "evaluation") as run:
            serving = registry_of(mlflow.settings, spec).of(spec.registered_name).at(PRODUCTION)
            read = features.table, trained_model, serving
            result = evaluate_model(spec, *read, mlflow.settings, earlier)
            run.record(result)
            if result.inputs:
                run.document(FILE, found(result.packs, run.pictures))
            if result.earlier:
                run.taken_from(result.earlier.run_id)
            record = result.record
            require_record(spec.record, run, trained_model)
            checks = warnings(verdict_claims(record.verdict), context.asset_key)
            return dg.MaterializeResult(value=record, metadata=run.metadata, check_results=checks)

    return [evaluation]
