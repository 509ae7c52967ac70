"""evaluation: how the model does on rows it has not seen, and the verdict of its gates."""

import dagster as dg

from mlops_assets.core.comparison import compare_with_production
from mlops_assets.core.data_checks import Claim
from mlops_assets.core.feature_table import features_and_target, sides
from mlops_assets.core.gates import judge
from mlops_assets.core.labels import truth_of_rows
from mlops_assets.core.model_card import gate_table, metric_table, slice_table
from mlops_assets.core.records import Evaluation, Slice, TrainedModel
from mlops_assets.core.slices import row_errors, worst_slices
from mlops_assets.core.verdict import Verdict
from mlops_assets.kinds.base import Evaluated
from mlops_assets.lifecycle.stage import lifecycle_asset, recorded, warnings
from mlops_assets.resources.mlflow import MlflowResource
from mlops_assets.resources.recording import Recording
from mlops_assets.resources.registry import registered_model
from mlops_assets.spec import LifecycleSpec

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
            train, holdout = sides(features)
            rows = features_and_target(holdout, spec)[0]
            truth = truth_of_rows(holdout, spec, mlflow.settings)
            model = spec.model.load(trained_model.uri)
            options = {"positive": spec.positive, "seed": spec.seed}
            judged = spec.model.evaluate(model, rows, truth, spec.task, **options)
            registry = registered_model(run.client, spec.registered_name, mlflow.settings)
            rival = compare_with_production(
                registry, spec, rows, truth, judged.predictions, trained_model.model_id
            )
            verdict = Verdict(
                gates=tuple(judge(spec.gates, judged.metrics, rival, task=spec.task)),
                model_id=trained_model.model_id,
                dataset_version=trained_model.dataset_version,
                code_version=trained_model.code_version,
                asked=spec.gates.model_dump_json(),
            )
            record = Evaluation(
                trained_model=trained_model,
                metrics=judged.metrics,
                verdict=verdict,
                slices=_slices(spec, rows, truth, judged.predictions),
                holdout_rows=len(holdout),
                training_rows=len(train),
            )
            _record(run, record)
            reasons = spec.model.explain(model, rows, truth, spec.task, seed=spec.seed)
            _draw(run, record, judged, reasons)
            checks = warnings(verdict_claims(record.verdict), context.asset_key)
            return dg.MaterializeResult(value=record, metadata=run.metadata, check_results=checks)

    return [evaluation]


def verdict_claims(verdict: Verdict) -> list[Claim]:
    """The verdict as checks. They warn: a rejected version leaves the run green."""
    rival = next(gate for gate in verdict.gates if gate.gate == "beats_production")
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
            passed=rival.passed,
            observed=rival.reason,
            bound=rival.bound,
            todo="the version that serves stays",
        ),
    ]


def _slices(spec, rows, truth, predictions) -> tuple[Slice, ...]:
    """Where the model errs most on the holdout; nowhere, where it does not judge single rows."""
    if not spec.is_taught:
        return ()
    errors = row_errors(truth, predictions, spec.task)
    worst = worst_slices(rows, errors, spec.columns, spec.task)
    return tuple(Slice.model_validate(it) for it in worst.to_dict("records"))


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


def _draw(run: Recording, record: Evaluation, judged: Evaluated, importances) -> None:
    from mlops_assets.core import figures

    run.document("importances.json", importances.to_dict("records"))
    run.figure("gates", figures.gates(record.verdict.gates))
    run.figure("importances", figures.importances(importances))
    for name, figure in judged.draw().items():
        run.figure(name, figure)
    for name, content in judged.documents.items():
        run.document(name, content)
