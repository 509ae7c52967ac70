"""What the drift of a column brings to the expected performance, and what labels say it brings."""

import numpy as np
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.column_cost import brought, cost_by_column
from mlops_assets.monitoring.drift.drift_verdict import drift_verdict
from mlops_assets.monitoring.drift.table_profile import build_profile
from mlops_assets.simulators.heart_disease import simulate
from mlops_assets.tasks.metrics.calibrated import Calibration
from mlops_assets_tests.monitoring.performance.test_estimate import heart

FITTED, HELD, LIVE = 4_000, 2_000, 5_000
SHIFT = {"thal": 0.8, "oldpeak": 2.0, "fbs": 0.5}
"""Thallium and ST depression decide about the illness, and fasting sugar hardly does."""


def test_a_version_from_before_a_column_of_the_yaml_is_left_alone():
    few, rows = Columns(numeric=["chol"]), simulate(500, seed=1)[["chol"]]
    reference = build_profile(rows, few)
    moved = rows.assign(chol=rows["chol"] + 200)
    verdict = drift_verdict(reference, moved)
    assert verdict.drifted == ("chol",)
    given = "m-1", "accuracy", Calibration(rows=0), heart()
    assert cost_by_column(moved, verdict, reference, *given) == {}


@pytest.mark.statistics
def test_a_column_brings_what_labels_show_that_its_drift_alone_has_brought():
    spec, patients = heart(), simulate(FITTED + HELD, seed=1)
    both = spec.dataset(patients).with_target(patients["target"])
    train, held = both.take(np.arange(FITTED)), both.take(np.arange(FITTED, FITTED + HELD))
    model = spec.model.fit(train, spec.task, seed=0, allowed_prefixes=("sklearn.",))
    calibration = spec.task.calibration(held, model.predict(held.features))
    reference = build_profile(both.features, spec.columns)

    def accuracy(**shift: float) -> float:
        rows = simulate(4 * LIVE, seed=2, shift=shift)
        day = spec.dataset(rows).with_target(rows["target"])
        return spec.task.metrics(day, model.predict(day.features), resamples=1)["accuracy"].value

    typed = spec.typed(simulate(LIVE, seed=2, shift=SHIFT))
    given = reference, model, "accuracy", calibration, spec
    found = brought(typed, [*SHIFT], *given)
    for name in SHIFT:
        rest = {other: by for other, by in SHIFT.items() if other != name}
        assert found[name] == pytest.approx(accuracy(**SHIFT) - accuracy(**rest), abs=0.01)
    assert found["thal"] < -0.01
    assert abs(found["fbs"]) < 0.003
    calm = brought(spec.typed(simulate(LIVE, seed=3)), [*SHIFT], *given)
    assert max(map(abs, calm.values())) < 0.005
