"""What the packs of an evaluation find is in MLflow under its name, and in the panel."""

from dataclasses import replace

import numpy as np
import pytest
from mlflow.artifacts import load_text

from mlops_assets.evaluation.evaluate import run_packs, slices_of
from mlops_assets.evaluation.records import Evaluation
from mlops_assets.evaluation.result import EvaluationResult
from mlops_assets.platform.mlflow.recording import REQUIRED_TAGS, Recording
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.platform.mlflow.runs import DagsterRun
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.evaluation.test_result import TRAINED
from mlops_assets_tests.versions import GATES, verdict_of
from mlops_assets_tests.world import SMALL, small_table

PACKS = ["fairness", "errors", {"type": "slices", "columns": 2}, "calibration"]
PACKS += [{"type": "validation", "folds": 2}, {"type": "shap", "rows": 5, "background": 5}]
NAMES = {"metrics.json", "validation_metrics.json", "test_metrics.json", "confusion_matrix.png"}
NAMES |= {"roc_curve.png", "precision_recall.png", "importances.png", "prediction_histogram.png"}
NAMES |= {"feature_importance.png", "shap_summary.png", "shap_dependence.png", "shap_values.json"}
NAMES |= {"fairness_report.html", "fairness_metrics.png", "fairness.json", "error_analysis.html"}
NAMES |= {"slices.json", "calibration_curve.png", "calibration.json"}
"""What docs/employee-attrition.md says that reviewers of such models look for."""
RUN = DagsterRun("run-2", "run-1", "small_retrain", "small", "Small")


@pytest.fixture
def recorded(home) -> Recording:
    """A fitted model, evaluated with all packs, one of whose sensitive columns is a feature."""
    table = small_table(400)
    table["age (years)"] = np.arange(400) % 60
    context = {"sensitive": ["c", "age (years)"]}
    packs = [{"type": "fairness", "bands": {"age (years)": [30]}}, *PACKS[1:]]
    given = {**SMALL, "source": {"type": "csv", "path": "t.csv"}}
    made = LifecycleSpec.model_validate({**given, "context": context, "packs": packs})
    spec = made.model_copy(update={"source": None, "live": None})  # see `without_places`
    rows = spec.dataset(table).with_target(table["y"])
    dataset = replace(rows, groups=table.index.to_series())
    model = spec.model.fit(dataset, spec.task, seed=0, allowed_prefixes=("sklearn.",))
    results = run_packs(spec, model, lambda: dataset, dataset, model.predict(dataset.features))
    record = Evaluation(
        trained_model=TRAINED,
        metrics={name: it for result in results.values() for name, it in result.metrics.items()},
        verdict=verdict_of("m-1", gates=GATES),
        slices=slices_of(results),
        holdout_rows=400,
        training_rows=400,
    )
    tags = dict.fromkeys(REQUIRED_TAGS, "x")
    with MlflowResource().record("evaluation", RUN, tags) as recording:
        recording.record(EvaluationResult(record, results))
    return recording


def test_all_that_packs_find_is_in_mlflow_and_in_the_panel(recorded):
    in_mlflow(recorded)
    in_the_panel(recorded)


def in_mlflow(recorded: Recording) -> None:
    """Pages, pictures and numbers."""
    files = {it.path for it in recorded.client.list_artifacts(recorded.run_id)}
    assert files >= NAMES
    page = load_text(f"runs:/{recorded.run_id}/fairness_report.html")
    assert page.startswith("<!doctype html>")
    metrics = recorded.client.get_run(recorded.run_id).data.metrics
    name = "statistical_parity_difference"
    ends = {f"{name}{end}" for end in ("", "_low", "_high", "/c", "/age _years_")}
    assert ends <= metrics.keys()


def in_the_panel(recorded: Recording) -> None:
    """The picture first, one table of each pack, and links to the pages."""
    shown = recorded.metadata
    names = list(shown)
    assert names[0] == "pictures"
    assert f"/pictures/{recorded.run_id}/fairness_metrics.png" in shown["pictures"].value
    assert names[1:6] == ["verdict", "metrics", "worst_slices", "fairness", "errors"]
    for name in ("fairness", "errors"):
        assert len(shown[name].value) < 1_000
    assert "parity" not in shown["metrics"].value
    for page in ("fairness_report", "error_analysis"):
        assert shown[page].value.startswith(f"[{page}.html](/runs/run-2?")
