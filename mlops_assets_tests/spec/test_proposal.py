"""Gates that the holdout can resolve, and the text of defs.yaml."""

import pandas as pd
import pytest
import yaml

from mlops_assets.features.columns import Columns
from mlops_assets.spec.proposal import Proposal, gates_for, held_out_rows, holdout_share, render
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION

ODD_NAMES = ["yes", "on", "1", "a: b", "naïve 名前", "- x", "#", "'", '"', " ", "null", "3.0"]
ODD_NAMES += ["{a}", "[b", "line\nbreak", "\u2028", "2024-01-31", "y", "~", "%", "@at", "é" * 200]


def odd_proposal(**fields) -> Proposal:
    given = {
        "name": "odd",
        "target": "on",
        "task": "classification",
        "positive": "1",
        "identity": ["yes"],
        "source": {"type": "csv", "path": "a b: c.csv", "na_values": ["?", "no"]},
        "columns": Columns(numeric=ODD_NAMES[:9], text=ODD_NAMES[9:]),
        "left_out": {name: f"it is {name!r}" for name in ODD_NAMES},
        "rows": 1234,
        "holdout": 0.2,
        "gates": {"roc_auc": {"min": 0.7}},
        "estimator": "sklearn.ensemble.RandomForestClassifier",
        "params": {},
        "warnings": ["12 of 20 rows have no 'a\\nb'"],
    }
    return Proposal(**{**given, **fields})


def ground_truth(**counts: int) -> pd.Series:
    return pd.Series([label for label, count in counts.items() for _ in range(count)])


def test_the_text_parses_back_whatever_the_names():
    parsed = yaml.safe_load(render(odd_proposal()))
    assert parsed["type"] == "mlops_assets.component.ModelLifecycle"
    assert parsed["attributes"] == odd_proposal().attributes()


def test_the_text_in_full():
    proposal = odd_proposal(
        positive=1,
        identity=["customer_id"],
        source={"type": "csv", "path": "customers.csv"},
        columns=Columns(numeric=["tenure"], boolean=["on"]),
        left_out={"customer_id": "it identifies the rows"},
        warnings=["3 rows have no target"],
    )
    lines = render(proposal).splitlines()
    plain = [line for line in lines if not line.lstrip().startswith("#")]
    assert plain == [
        "type: mlops_assets.component.ModelLifecycle",
        "attributes:",
        "  name: odd",
        "  description: Predicts on from 2 columns.",
        "  target: 'on'",
        "  task: classification",
        "  positive: 1",
        "  identity:",
        "    - customer_id",
        "  source:",
        "    type: csv",
        "    path: customers.csv",
        "  columns:",
        "    numeric:",
        "      - tenure",
        "    boolean:",
        "      - 'on'",
        "  split:",
        "    holdout: 0.2",
        "  model:",
        "    type: sklearn",
        "    estimator: sklearn.ensemble.RandomForestClassifier",
        "    params: {}",
        "  gates:",
        "    roc_auc:",
        "      min: 0.7",
        "  promotion: automatic",
    ]
    assert "  # - 'customer_id': it identifies the rows" in lines
    assert "# Look at this first: 3 rows have no target." in lines
    assert max(map(len, lines)) <= 100


def test_a_timestamp_is_offered_as_yaml_that_is_commented_out():
    text = render(odd_proposal(timestamps=["when", "on: \n"]))
    assert "timestamp" not in yaml.safe_load(text)["attributes"]
    chosen = text.replace("# timestamp: when", "timestamp: when")
    assert yaml.safe_load(chosen)["attributes"]["timestamp"] == "when"
    assert "timestamp: when" in chosen


def test_optional_keys_are_left_out():
    attributes = odd_proposal(positive=None, identity=[]).attributes()
    assert {"positive", "identity"} & set(attributes) == set()


@pytest.mark.parametrize(("rows", "share"), [(999, 0.3), (1000, 0.2)])
def test_small_tables_hold_out_more(rows, share):
    assert holdout_share(rows) == share


def test_held_out_rows_is_a_safe_guess():
    # Mean 100, standard deviation 8.94.
    assert held_out_rows(500, 0.2) == 82
    assert held_out_rows(3, 0.2) == 0


@pytest.mark.parametrize(
    ("target", "metric", "bound"),
    [
        (ground_truth(a=900, b=600), "roc_auc", 0.7),
        # A third of the way from 0.6 to 1.
        (ground_truth(a=900, b=300, c=300), "accuracy", 0.73),
        (ground_truth(a=9990, b=5, c=5), "accuracy", 0.99),
    ],
)
def test_gates_of_a_classification(target, metric, bound):
    gates, warnings = gates_for(target, CLASSIFICATION, 0.2)
    assert gates[metric] == {"min": bound}
    assert gates["beats_production"] == {"metric": metric, "tolerance": 0.02}
    assert warnings == []


def test_gates_of_a_regression():
    gates, _ = gates_for(pd.Series(range(500)), REGRESSION, 0.3)
    assert gates == {
        "r2": {"min": 0.1},
        "beats_production": {"metric": "r2", "tolerance": 0.02},
    }


@pytest.mark.parametrize("rare", [60, 80, 100, 150])
def test_a_small_holdout_gets_the_resolution_that_it_allows(rare):
    gates, _ = gates_for(ground_truth(a=600, b=rare), CLASSIFICATION, 0.3)
    counted, resolution = 2 * held_out_rows(rare, 0.3), gates["roc_auc"]["resolution"]
    assert 3.84 * 0.7 * 0.3 / resolution**2 <= counted
    assert 3.84 * 0.7 * 0.3 / (resolution - 0.01) ** 2 > counted


def test_too_few_rows_are_said():
    gates, warnings = gates_for(ground_truth(a=30, b=6), CLASSIFICATION, 0.3)
    assert gates["roc_auc"]["resolution"] == 0.5
    assert "36 rows; a model needs 50" in warnings[0]
    assert "30 are needed to compare" in warnings[1]
