"""The pack `threshold`: what each threshold gives on the holdout, and what the chosen one does."""

import json
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import precision_score, recall_score

from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs.threshold import Threshold
from mlops_assets.kinds.base import PackResult
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.kinds.sklearn.planted import applicants, fit
from mlops_assets_tests.world import SMALL

GROUPS = {"type": "group_thresholds", "column": "gender", "constraint": "statistical_parity"}


def evaluated(settings: dict[str, Any] | None = None, **model: Any) -> PackResult:
    fitted, rows = fit(applicants(600), **model), applicants(800, seed=1)
    spec = LifecycleSpec.model_validate({**SMALL, "source": {"type": "csv", "path": "table.csv"}})
    pack = Threshold.model_validate(settings or {})
    return pack.evaluate(fitted, rows, fitted.predict(rows.features), spec)


def test_the_curve_and_the_decision_are_those_of_scikit_learn():
    document = json.loads(json.dumps(evaluated(threshold=0.3).documents["threshold.json"]()))
    rows = applicants(800, seed=1)
    score = fit(applicants(600)).predict(rows.features)["probability_yes"]
    actual = rows.known_target() == "yes"
    for name, theirs in (("precision", precision_score), ("recall", recall_score)):
        expected = [theirs(actual, score >= it, zero_division=0) for it in document["thresholds"]]
        assert document["curves"][name]["value"] == pytest.approx(expected)
        assert document["decided"][name]["value"] == pytest.approx(theirs(actual, score >= 0.3))
    assert document["chosen"] == {"": 0.3}
    assert 0.3 in document["thresholds"]


def test_the_cost_can_be_gated_and_follows_the_costs():
    plain = evaluated().metrics["decision_cost"]
    assert plain.low < plain.value < plain.high
    dear = evaluated({"false_negative": 10}, threshold=0.5).metrics["decision_cost"]
    low = evaluated({"false_negative": 10}, threshold=0.1).metrics["decision_cost"]
    assert low.value < dear.value
    assert dear.value > 2 * plain.value


def test_intervals_contain_the_values():
    curves = evaluated().documents["threshold.json"]()["curves"]
    for it in curves.values():
        value, low, high = (np.array(it[end], float) for end in ("value", "low", "high"))
        kept = ~np.isnan(value + low + high)
        assert (low[kept] <= value[kept] + 1e-9).mean() > 0.95
        assert (value[kept] <= high[kept] + 1e-9).mean() > 0.95


def test_the_thresholds_of_groups_are_marked():
    result = evaluated(mitigation=GROUPS)
    assert "(female)" in result.panel()["threshold"]
    figure = result.draw()["threshold"]
    dashed = [it for it in figure.axes[0].lines if it.get_linestyle() in ("--", ":")]
    assert len(dashed) == 3


def test_numbers_have_no_threshold():
    rows = applicants(200)
    spec = LifecycleSpec.model_validate({**SMALL, "source": {"type": "csv", "path": "table.csv"}})
    predictions = fit(rows).predict(rows.features)[["prediction"]]
    nothing: Any = None
    with pytest.raises(InputError, match="2 labels with 0 probabilities"):
        Threshold().evaluate(nothing, rows, predictions, spec)
