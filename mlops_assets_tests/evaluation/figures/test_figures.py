"""Pictures of gates and importances draw whatever is in them."""

import pandas as pd

from mlops_assets.evaluation.figures.gates import gates
from mlops_assets.evaluation.figures.importances import importances
from mlops_assets.evaluation.verdict import GateResult
from mlops_assets_tests.pictures import size, texts


def test_the_most_important_features_come_first():
    names = [f"feature {n}" for n in range(30)]
    frame = pd.DataFrame({"feature": names, "importance": range(30, 0, -1), "spread": 0.5})
    drawn = importances(frame)
    shown = [label.get_text() for label in drawn.axes[0].get_yticklabels()]
    assert shown[::-1] == names[:20]
    size(drawn)


def test_importance_says_its_unit():
    frame = pd.DataFrame({"feature": ["a"], "importance": [0.1], "spread": [0.01]})
    frame["unit"] = "loss of R²"
    assert importances(frame).axes[0].get_xlabel() == "loss of R², with its spread"


def test_the_lower_end_is_the_number_beside_beats_production():
    ends = {"value": 0.02, "low": -0.015, "high": 0.05, "min": -0.01}
    result = GateResult(gate="beats_production", bound="", passed=False, reason="", **ends)
    assert texts(gates([result])) == ["FAIL  beats_production", "-0.015"]


def test_every_gate_is_a_row_even_without_a_value():
    results = [
        GateResult(
            gate="f1", bound=">= 0.8", min=0.8, value=0.9, low=0.8, high=1, passed=True, reason=""
        ),
        GateResult(
            gate="rmse",
            bound="<= 5",
            max=5,
            value=float("nan"),
            passed=False,
            reason="undefined (NaN)",
        ),
        GateResult(gate="x", bound=">= 0", min=0, passed=False, reason="not computed"),
    ]
    drawn = gates(results)
    assert [texts(drawn, of) for of in range(3)] == [
        ["PASS  f1", "0.900"],
        ["undefined (NaN)", "FAIL  rmse", "no value"],
        ["not computed", "FAIL  x", "no value"],
    ]
    assert [axes.axison for axes in drawn.axes] == [True, False, False]
    size(drawn)
    size(gates([]))
