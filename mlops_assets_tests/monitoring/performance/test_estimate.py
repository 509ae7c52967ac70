"""Performance without labels: judged like that with labels, and right on shifted days."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from mlops_assets.monitoring.performance.estimate import LIMITS, estimate_day, estimate_text
from mlops_assets.simulators.heart_disease import simulate
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.metrics.calibrated import Calibration

FITTED = 4_000
COLUMNS = {
    "numeric": ["age", "trestbps", "chol", "thalach", "oldpeak", "ca"],
    "categorical": ["cp", "restecg", "slope", "thal"],
    "boolean": ["sex", "fbs", "exang"],
}


def heart(**given) -> LifecycleSpec:
    return LifecycleSpec.model_validate(
        {
            "name": "heart",
            "source": {"type": "csv", "path": "none.csv"},
            "target": "target",
            "columns": COLUMNS,
            "model": {
                "type": "sklearn",
                "estimator": "sklearn.linear_model.LogisticRegression",
                "params": {"max_iter": 1_000},
            },
            **given,
        }
    )


def scores(rows: int = 400) -> pd.DataFrame:
    share = np.random.default_rng(0).random(rows)
    label = (share > 0.5).astype(int)
    return pd.DataFrame({"prediction": label, "probability_0": 1 - share, "probability_1": share})


def calibration() -> Calibration:
    table = scores()
    target = pd.Series(np.random.default_rng(1).random(len(table)) < table["probability_1"])
    dataset = heart().dataset(simulate(len(table), seed=0)).with_target(target.astype(int))
    return heart().task.calibration(dataset, table)


@pytest.mark.parametrize(("holdout", "status"), [(0.83, "ok"), (0.99, "dropped")])
def test_an_estimate_is_judged_by_the_bound_of_the_labels(holdout, status):
    found = estimate_day(scores(), calibration(), {"roc_auc": holdout}, heart())
    assert found.performance.status == status
    assert found.performance.bound == pytest.approx(holdout - 0.05)
    assert estimate_text(found) == (
        f"{status}, expected from the calibrated probabilities alone. {LIMITS}"
    )
    assert found.figures()["estimated_roc_auc"] == found.metrics["roc_auc"].value


def test_few_rows_and_no_calibration_are_unknown_with_the_reason():
    few = estimate_day(scores(20), calibration(), {"roc_auc": 0.8}, heart())
    assert estimate_text(few) == "none: 20 rows, 30 are needed"
    none = Calibration(rows=0, why_none="an older release trained the version")
    found = estimate_day(scores(), none, {"roc_auc": 0.8}, heart())
    assert (found.performance.status, found.metrics) == ("unknown", {})
    assert estimate_text(found) == "none: an older release trained the version"


@pytest.mark.statistics
def test_intervals_cover_what_the_labels_show_on_shifted_days():
    spec, patients = heart(), simulate(FITTED + 1_500, seed=1)
    both = spec.dataset(patients).with_target(patients["target"])
    places = np.arange(len(both))
    train, held = both.take(places[:FITTED]), both.take(places[FITTED:])
    model = spec.model.fit(train, spec.task, seed=0, allowed_prefixes=("sklearn.",))
    calibration = spec.task.calibration(held, model.predict(held.features))
    covered, errors = 0, []
    for number in range(40):
        shift = {"chol": 0.05 * number, "thalach": -0.03 * number}
        when = date(2026, 1, 1) + timedelta(days=number)
        rows = simulate(1_000, seed=2, day=when, shift=shift)
        day = spec.dataset(rows).with_target(rows["target"])
        predictions = model.predict(day.features)
        expected = spec.task.estimated_metrics(predictions, calibration)["roc_auc"]
        seen = spec.task.metrics(day, predictions, resamples=1)["roc_auc"].value
        covered += expected.low <= seen <= expected.high
        errors.append(abs(expected.value - seen))
    assert covered >= 37  # 95 % of 40 is 38
    assert np.mean(errors) < 0.015  # a day's own noise is about 0.01
