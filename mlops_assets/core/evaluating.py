"""How a model does on rows that no training has seen, and the verdict of its gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_assets.core.comparison import compare_with_production
from mlops_assets.core.feature_table import sides
from mlops_assets.core.gates import judge
from mlops_assets.core.records import Evaluation, Slice, TrainedModel
from mlops_assets.core.slices import row_errors, worst_slices
from mlops_assets.core.verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.spec import LifecycleSpec


@dataclass(frozen=True)
class Evaluated:
    """What came of an evaluation, and what its pictures are drawn from.

    `rows` are the holdout's features, `truth` their target and `predictions` what the kind's
    `predict` gives for them, a row each in the same order.
    """

    record: Evaluation
    model: Any
    rows: pd.DataFrame
    truth: pd.Series
    predictions: pd.DataFrame


def evaluate_model(
    spec: LifecycleSpec,
    features: pd.DataFrame,
    trained: TrainedModel,
    serving: ModelVersion | None,
) -> Evaluated:
    """Judge `trained` on the holdout of `features` by the gates of `spec`.

    The model is loaded from MLflow: what is judged is what would serve. `serving` is the version
    that it has to beat, None where none serves; the verdict names it.
    """
    from mlops_assets.core.metrics import evaluate

    train, holdout = sides(features)
    rows, truth = holdout.drop(columns=spec.target), holdout[spec.target]
    model = spec.model.load(trained.uri)
    predictions = spec.model.predict(model, rows)
    options = {"positive": spec.positive, "seed": spec.seed}
    metrics = evaluate(truth.to_numpy(), predictions, spec.task, **options)
    rival = compare_with_production(serving, spec, rows, truth, predictions, trained.model_id)
    verdict = Verdict(
        gates=tuple(judge(spec.gates, metrics, rival, task=spec.task)),
        model_id=trained.model_id,
        dataset_version=trained.dataset_version,
        code_version=trained.code_version,
        asked=spec.gates.model_dump_json(),
        rival=str(serving.version) if serving else "",
    )
    record = Evaluation(
        trained_model=trained,
        metrics=metrics,
        verdict=verdict,
        slices=_slices(spec, rows, truth, predictions),
        holdout_rows=len(holdout),
        training_rows=len(train),
    )
    return Evaluated(record, model, rows, truth, predictions)


def _slices(
    spec: LifecycleSpec, rows: pd.DataFrame, truth: pd.Series, predictions: pd.DataFrame
) -> tuple[Slice, ...]:
    """Where the model errs most on the holdout."""
    errors = row_errors(truth, predictions, spec.task)
    worst = worst_slices(rows, errors, spec.columns, spec.task)
    return tuple(Slice.model_validate(it) for it in worst.to_dict("records"))
