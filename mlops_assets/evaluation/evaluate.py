"""Evaluate a model on its holdout, and judge it by its quality gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_assets.evaluation.champion import compare_with_production
from mlops_assets.evaluation.gates import judge
from mlops_assets.evaluation.ground_truth import ground_truth_of
from mlops_assets.evaluation.records import Evaluation, Slice, TrainedModel
from mlops_assets.evaluation.slices import row_errors, worst_slices
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.features.feature_table import features_and_target, sides

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.kinds.base import Evaluated
    from mlops_assets.platform.settings import Settings
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


@dataclass(frozen=True)
class ModelEvaluation:
    """The result of an evaluation, with the data that its figures are drawn from.

    `rows` are the holdout's features, `ground_truth` their target where known, and `judged` the
    metrics and predictions that the kind computed.
    """

    record: Evaluation
    model: Any
    rows: pd.DataFrame
    ground_truth: pd.Series | None
    judged: Evaluated


def evaluate_model(
    spec: LifecycleSpec,
    features: pd.DataFrame,
    trained: TrainedModel,
    serving: ModelVersion | None,
    settings: Settings,
) -> ModelEvaluation:
    """Evaluate `trained` on the holdout of `features` and judge it by the gates of `spec`.

    The model is loaded from MLflow, so that exactly what would go into production is evaluated.
    `serving` is the production version that it has to beat, None if there is none; the verdict
    names it.
    """
    train, holdout = sides(features)
    rows, ground_truth = (
        features_and_target(holdout, spec)[0],
        ground_truth_of(holdout, spec, settings),
    )
    model = spec.model.load(trained.uri)
    options = {"positive": spec.positive, "seed": spec.seed}
    judged = spec.model.evaluate(model, rows, ground_truth, spec.task, **options)
    predictions = judged.predictions
    champion = compare_with_production(
        serving, spec, rows, ground_truth, predictions, trained.model_id
    )
    verdict = Verdict(
        gates=tuple(judge(spec.gates, judged.metrics, champion, task=spec.task)),
        model_id=trained.model_id,
        dataset_version=trained.dataset_version,
        code_version=trained.code_version,
        asked=spec.gates.model_dump_json(),
        champion=str(serving.version) if serving else "",
    )
    record = Evaluation(
        trained_model=trained,
        metrics=judged.metrics,
        verdict=verdict,
        slices=_slices(spec, rows, ground_truth, predictions),
        holdout_rows=len(holdout),
        training_rows=len(train),
    )
    return ModelEvaluation(record, model, rows, ground_truth, judged)


def _slices(
    spec: LifecycleSpec,
    rows: pd.DataFrame,
    ground_truth: pd.Series | None,
    predictions: pd.DataFrame,
) -> tuple[Slice, ...]:
    """The slices of the holdout with the largest errors; none for unsupervised models."""
    if ground_truth is None or not spec.is_supervised:
        return ()
    errors = row_errors(ground_truth, predictions, spec.task)
    worst = worst_slices(rows, errors, spec.columns, spec.task)
    return tuple(Slice.model_validate(it) for it in worst.to_dict("records"))
