"""Which estimator is the best on a table, and the gate that it passes there."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_wine

from mlops_assets.spec.baseline import with_baseline
from mlops_assets.spec.inference import propose
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.proposal import Proposal, render
from mlops_assets_tests.cli.files import customers, reviews, visits

SOURCE = {"type": "csv", "path": "t.csv"}


def measured(table: pd.DataFrame, target: str, *, search: bool = False, **fields) -> Proposal:
    found = propose(table, name="m", target=target, source=SOURCE, **fields)
    return with_baseline(found, table, search=search)


@pytest.fixture(scope="module")
def churn() -> Proposal:
    """What is measured of customers."""
    return measured(customers(), "churned")


@pytest.mark.parametrize(
    ("table", "target", "metric", "guess"),
    [
        (load_wine(as_frame=True).frame, "target", "accuracy", 0.4),
        (load_diabetes(as_frame=True).frame, "target", "r2", 0.0),
        (customers(), "churned", "roc_auc", 0.5),
        (reviews(), "good", "roc_auc", 0.5),
        (visits(), "minutes", "r2", 0.0),
    ],
    ids=["wine", "diabetes", "customers", "reviews", "visits"],
)
def test_the_gate_is_between_guessing_and_what_was_measured(table, target, metric, guess):
    found = measured(table, target)
    *reached, guessed = (float(words.split()[-1]) for words in found.tried.values())
    assert guessed == pytest.approx(guess, abs=0.05)
    assert guess < found.gates[metric]["min"] < max(reached)
    assert found.estimator.endswith(
        max(found.tried, key=lambda it: float(found.tried[it].split()[-1]))
    )
    assert found.warnings == []
    assert LifecycleSpec.model_validate(found.attributes()).gates.bounds[metric].min


def test_the_file_says_what_was_tried_and_what_the_gate_is_set_from(churn):
    text = " ".join(render(churn).replace("#", " ").split())
    assert "RandomForestClassifier roc_auc 0." in text
    assert "DummyClassifier roc_auc 0.500" in text
    assert "The first gate is the lower end of what was measured: 3 folds of 400 rows" in text


def test_the_same_table_gives_the_same_proposal(churn):
    assert measured(customers(), "churned") == churn


def test_a_gate_of_a_perfect_model_leaves_room_for_an_error():
    draw = np.random.default_rng(0)
    table = pd.DataFrame(draw.normal(size=(300, 2)), columns=["a", "b"])
    table["y"] = np.where(table["a"] + table["b"] > 0, "p", "q")
    found = measured(table, "y")
    assert found.gates["roc_auc"]["min"] <= 1 - 3 / found.counted


def test_noise_is_told_and_its_gate_is_that_of_guessing():
    draw = np.random.default_rng(0)
    table = pd.DataFrame({"x": draw.normal(size=300), "y": draw.normal(size=300)})
    found = measured(table, "y")
    assert "no estimator was clearly better than guessing (r2 " in found.warnings[0]
    assert found.gates["r2"]["min"] == pytest.approx(0, abs=0.02)


def test_a_model_that_is_hardly_better_than_guessing_is_told_with_what_to_try():
    draw = np.random.default_rng(0)
    x = draw.normal(size=2_000)
    found = measured(pd.DataFrame({"x": x, "y": 0.4 * x + draw.normal(size=2_000)}), "y")
    assert found.warnings[0].startswith("the best estimator is hardly better than guessing (r2 0.1")
    assert found.warnings[0].endswith("or try --search")


def test_the_hour_of_a_time_is_a_feature():
    times = pd.Series(pd.date_range("2026-01-01", periods=24 * 40, freq="h"))
    noise = np.random.default_rng(0).normal(size=len(times))
    traffic = 100 + 50 * np.sin(times.dt.hour / 24 * 2 * np.pi) + noise
    found = measured(pd.DataFrame({"date_time": times.astype(str), "traffic": traffic}), "traffic")
    assert max(float(it.split()[-1]) for it in found.tried.values()) > 0.9
    assert found.warnings == []


def test_too_few_rows_are_not_measured():
    found = measured(customers(24), "churned")
    assert (found.tried, found.measured) == ({}, "")
    assert found.gates["roc_auc"]["min"] == 0.7


def test_a_search_is_one_that_the_spec_takes(churn):
    found = measured(customers(), "churned", search=True)
    search = LifecycleSpec.model_validate(found.attributes()).model.search
    assert search.combinations > 1
    assert churn.attributes()["model"].keys() == {"type", "estimator", "params"}


def test_words_that_mean_missing_are_no_values():
    table = customers().astype(str)
    table.loc[:40, "balance"] = "n/a"
    assert "balance" in measured(table, "churned").columns.numeric
