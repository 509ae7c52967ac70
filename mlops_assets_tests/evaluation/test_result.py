"""What the panel of an evaluation shows."""

import pytest

from mlops_assets.errors import InputError
from mlops_assets.evaluation.records import Evaluation, TrainedModel
from mlops_assets.evaluation.result import EvaluationResult
from mlops_assets.evaluation.tables import gate_table
from mlops_assets.evaluation.verdict import GateResult
from mlops_assets.kinds.base import PackResult
from mlops_assets.platform.mlflow.result import Markdown
from mlops_assets.spec.gates import Gates
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets_tests.pictures import least_width
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


def evaluation(gates: Gates, metrics: dict[str, Metric]) -> Evaluation:
    verdict = verdict_of("m-1", gates=gates)
    return Evaluation(
        trained_model=TRAINED, metrics=metrics, verdict=verdict, holdout_rows=1, training_rows=1
    )


def numbers(gates: Gates, metrics: dict[str, Metric]) -> dict[str, float]:
    """The numbers of the panel, which Dagster plots over retrains."""
    panel = EvaluationResult(evaluation(gates, metrics), {}).panel()
    return {name: it for name, it in panel.items() if isinstance(it, float)}


def test_the_only_number_is_the_metric_by_which_versions_are_compared():
    assert numbers(GATES, METRICS) == {"roc_auc": pytest.approx(0.9131)}
    by_recall = Gates.model_validate({"beats_production": {"metric": "recall"}})
    assert numbers(by_recall, METRICS) == {"recall": pytest.approx(0.828)}


def test_without_such_a_metric_there_is_none():
    assert numbers(GATES, {}) == {}


def test_a_document_of_a_pack_that_is_a_page_is_recorded_as_one():
    page = PackResult(documents={"report.html": lambda: "<p>", "report.json": lambda: [1]})
    result = EvaluationResult(evaluation(GATES, {}), {"fair": page})
    assert result.pages() == {"report": "<p>"}
    assert result.documents() == {"report.json": [1]}


def test_a_pack_with_a_table_of_its_own_has_its_metrics_there_alone():
    packs = {
        "metrics": PackResult({"roc_auc": METRICS["roc_auc"]}),
        "fair": PackResult({"recall": METRICS["recall"]}, panel=lambda: {"fairness": "| a |"}),
    }
    panel = EvaluationResult(evaluation(GATES, METRICS), packs).panel()
    assert panel["fairness"] == Markdown("| a |")
    assert "roc_auc" in panel["metrics"].text
    assert "recall" not in panel["metrics"].text


@pytest.mark.parametrize("name", ["verdict", "fairness"])
def test_a_name_that_is_in_the_panel_already_is_refused(name):
    packs = {"one": PackResult(panel=lambda: {"fairness": "a"})}
    packs["two"] = PackResult(panel=lambda: {name: "b"})
    with pytest.raises(InputError, match=rf"the pack two both have the table '{name}'"):
        EvaluationResult(evaluation(GATES, {}), packs).panel()


def test_a_table_of_gates_fits_a_page_of_dagster():
    """A name with a column, and a reason with a long word, as employee_attrition has them."""
    gates = [
        {"gate": "statistical_parity_difference/gender", "bound": "<= 0.1", "reason": "0.02"},
        {"gate": "missing_rate", "bound": "<= 0.05", "reason": "most in 'commitment_score'"},
        {"gate": "beats_production", "bound": "lower bound >= -0.02", "reason": "none yet"},
    ]
    results = tuple(GateResult.model_validate({"passed": True, **it}) for it in gates)
    shown = gate_table(verdict_of("m-1").model_copy(update={"gates": results}))
    assert least_width(shown) <= 57
    assert "| statistical_parity_difference / gender &#60;= 0.1 | passed: 0.02 |" in shown
