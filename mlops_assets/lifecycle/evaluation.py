"""evaluation: holdout metrics of the trained model and the verdict of its gates."""

import dagster as dg

from mlops_assets.claims import Claim
from mlops_assets.data.training_tables import FeatureTable
from mlops_assets.evaluation.evaluate import ModelEvaluation, evaluate_model
from mlops_assets.evaluation.records import Evaluation, TrainedModel
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.checks import warnings
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.platform.mlflow.recording import Recording
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.registry.model_card import gate_table, metric_table, slice_table
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import PRODUCTION

CLAIMS = {
    "gates_pass": "Every gate in defs.yaml passes on the holdout.",
    "beats_production": "The model is no worse than the production version on the same holdout.",
}


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
        serve. In a good evaluation all gates pass.
        """
        with recorded(context, mlflow, spec, "evaluation") as run:
            serving = registry_of(mlflow.settings, spec).of(spec.registered_name).at(PRODUCTION)
            evaluated = evaluate_model(
                spec, features.table, trained_model, serving, mlflow.settings
            )
            record = evaluated.record
            _record(run, record)
            _draw(run, spec, evaluated)
            checks = warnings(verdict_claims(record.verdict), context.asset_key)
            return dg.MaterializeResult(value=record, metadata=run.metadata, check_results=checks)

    return [evaluation]


def verdict_claims(verdict: Verdict) -> list[Claim]:
    """The verdict as non-blocking checks: rejecting a version does not fail the run."""
    champion = next(gate for gate in verdict.gates if gate.gate == "beats_production")
    passed = sum(gate.passed for gate in verdict.gates)
    return [
        Claim(
            name="gates_pass",
            passed=verdict.passed,
            observed=f"{passed} of {len(verdict.gates)} gates passed {verdict.failures()}".strip(),
            bound="all gates",
            todo="the version is rejected; see the failed gates in the metadata of `evaluation`",
        ),
        Claim(
            name="beats_production",
            passed=champion.passed,
            observed=champion.reason,
            bound=champion.bound,
            todo="nothing; the current production version keeps serving",
        ),
    ]


def _record(run: Recording, record: Evaluation) -> None:
    run.tags(
        dataset_version=record.trained_model.dataset_version,
        model_id=record.trained_model.model_id,
        gates_passed=str(record.verdict.passed).lower(),
    )
    run.params({"holdout_rows": record.holdout_rows, "training_rows": record.training_rows})
    for name, metric in record.metrics.items():
        run.metrics({name: metric.value, f"{name}_low": metric.low, f"{name}_high": metric.high})
    run.file("verdict.json").write_text(record.verdict.model_dump_json(indent=2))
    run.file("evaluation.json").write_text(record.model_dump_json(indent=2, exclude={"verdict"}))
    run.show(
        verdict=dg.MetadataValue.md(gate_table(record.verdict)),
        metrics=dg.MetadataValue.md(metric_table(record.metrics)),
        worst_slices=dg.MetadataValue.md(slice_table(record.slices)),
        **{name: metric.value for name, metric in record.metrics.items()},
    )


def _draw(run: Recording, spec: LifecycleSpec, evaluated: ModelEvaluation) -> None:
    from mlops_assets.evaluation import figures

    importances = spec.model.explain(
        evaluated.model, evaluated.rows, evaluated.ground_truth, spec.task, seed=spec.seed
    )
    run.document("importances.json", importances.to_dict("records"))
    run.figure("gates", figures.gates(evaluated.record.verdict.gates))
    run.figure("importances", figures.importances(importances))
    drawn = dict(evaluated.judged.draw())
    if evaluated.ground_truth is not None and spec.is_supervised:
        compared = evaluated.ground_truth, evaluated.judged.predictions
        drawn |= figures.evaluation(*compared, spec.task, spec.positive)
    for name, figure in drawn.items():
        run.figure(name, figure)
    for name, content in evaluated.judged.documents.items():
        run.document(name, content)
