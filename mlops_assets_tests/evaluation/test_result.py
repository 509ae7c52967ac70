"""What the panel of an evaluation shows."""

import pytest

from mlops_assets.evaluation.records import Evaluation, TrainedModel
from mlops_assets.evaluation.result import EvaluationResult
from mlops_assets.spec.gates import Gates
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets_tests.versions import GATES, verdict_of

TRAINED = TrainedModel(
    model_id="m-1",
    run_id="r",
    fingerprint="f",
    dataset_version="d",
    code_version="c",
    reused=False,
)
METRICS = {
    "roc_auc": Metric(value=0.9131, low=0.897, high=0.929, support=900),
    "recall": Metric(value=0.828, low=0.798, high=0.862, support=400),
}


def numbers(gates: Gates, metrics: dict[str, Metric]) -> dict[str, float]:
    """The numbers of the panel, which Dagster plots over retrains."""
    verdict = verdict_of("m-1", gates=gates)
    made = Evaluation(
        trained_model=TRAINED, metrics=metrics, verdict=verdict, holdout_rows=1, training_rows=1
    )
    panel = EvaluationResult(made, {}).panel()
    return {name: it for name, it in panel.items() if isinstance(it, float)}


def test_the_only_number_is_the_metric_by_which_versions_are_compared():
    assert numbers(GATES, METRICS) == {"roc_auc": pytest.approx(0.9131)}
    by_recall = Gates.model_validate({"beats_production": {"metric": "recall"}})
    assert numbers(by_recall, METRICS) == {"recall": pytest.approx(0.828)}


def test_without_such_a_metric_there_is_none():
    assert numbers(GATES, {}) == {}
