"""evaluation: how the model does on rows it has not seen, and the verdict of its gates."""

import dagster as dg

from mlops_assets.claims import Claim
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
    "gates_pass": "Every gate of defs.yaml holds on the holdout.",
    "beats_production": "The model is not worse than the one that serves, on the same holdout.",
}


def build(spec: LifecycleSpec) -> list:
    """The asset `evaluation` and the checks that show its verdict."""

    @lifecycle_asset(
        spec, reads=["features", "trained_model"], kinds={"mlflow", spec.model.type}, warns=CLAIMS
    )
    def evaluation(
        context: dg.AssetExecutionContext,
        mlflow: MlflowResource,
        features,
        trained_model: TrainedModel,
    ):
        """How good the model is on holdout rows, which no training has seen.

        Each metric comes with its 95 % interval, each gate beside its bound. The model is loaded
        back from MLflow first: what is judged is what would serve.
        """
        with recorded(context, mlflow, spec, "evaluation") as run:
            serving = registry_of(mlflow.settings, spec).of(spec.registered_name).at(PRODUCTION)
            done = evaluate_model(spec, features, trained_model, serving, mlflow.settings)
            record = done.record
            _record(run, record)
            _draw(run, spec, done)
            checks = warnings(verdict_claims(record.verdict), context.asset_key)
            return dg.MaterializeResult(value=record, metadata=run.metadata, check_results=checks)

    return [evaluation]


def verdict_claims(verdict: Verdict) -> list[Claim]:
    """The verdict as checks. They warn: a rejected version leaves the run green."""
    champion = next(gate for gate in verdict.gates if gate.gate == "beats_production")
    passed = sum(gate.passed for gate in verdict.gates)
    return [
        Claim(
            name="gates_pass",
            passed=verdict.passed,
            observed=f"{passed} of {len(verdict.gates)} gates passed {verdict.failures()}".strip(),
            bound="all gates",
            todo="the version is rejected; look at the gates in the evaluation's panel",
        ),
        Claim(
            name="beats_production",
            passed=champion.passed,
            observed=champion.reason,
            bound=champion.bound,
            todo="the version that serves stays",
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


def _draw(run: Recording, spec: LifecycleSpec, done: ModelEvaluation) -> None:
    from mlops_assets.evaluation import figures

    given = done.model, done.rows, done.ground_truth, spec.task
    importances = spec.model.explain(*given, seed=spec.seed)
    run.document("importances.json", importances.to_dict("records"))
    run.figure("gates", figures.gates(done.record.verdict.gates))
    run.figure("importances", figures.importances(importances))
    drawn = dict(done.judged.draw())
    if done.ground_truth is not None and spec.is_supervised:
        judged = done.ground_truth, done.judged.predictions
        drawn |= figures.evaluation(*judged, spec.task, spec.positive)
    for name, figure in drawn.items():
        run.figure(name, figure)
    for name, content in done.judged.documents.items():
        run.document(name, content)
