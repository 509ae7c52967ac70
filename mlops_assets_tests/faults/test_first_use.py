"""Eight processes materialize for the first time, on an empty home, at the same moment."""

import pytest

from mlops_assets.platform.mlflow.runs import PARENT_TAG
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.checkout import make_checkout

pytestmark = pytest.mark.process

PROCESSES = 8
MODEL = """
type: mlops_assets.component.ModelLifecycle
attributes:
  name: model_{number}
  experiment: shared
  source: {{type: simulator, name: heart_disease, rows: 400, seed: {number}}}
  target: target
  columns: {{numeric: [age, chol, thalach, oldpeak]}}
  model: {{type: sklearn, estimator: sklearn.linear_model.LogisticRegression}}
"""
ASSETS = 7


def test_eight_first_materializations_at_once_all_finish_and_lose_nothing(tmp_path):
    checkout = make_checkout(tmp_path)
    for number in range(PROCESSES):
        checkout.model(f"model_{number}", MODEL.format(number=number))
    running = [checkout.start("retrain", f"model_{number}") for number in range(PROCESSES)]
    done = [command.finish() for command in running]
    said = "\n".join(it.stdout + it.stderr for it in done)
    assert [it.returncode for it in done] == [0] * PROCESSES, said

    client = open_store(checkout.settings)
    (experiment,) = [e for e in client.search_experiments() if e.name == "shared"]
    runs = client.search_runs([experiment.experiment_id], max_results=1000)
    parents = [run for run in runs if PARENT_TAG not in run.data.tags]
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert len(parents) == PROCESSES
    assert len(runs) == PROCESSES * (1 + ASSETS)
    assert all("roc_auc" in run.data.metrics for run in runs if run.info.run_name == "evaluation")
