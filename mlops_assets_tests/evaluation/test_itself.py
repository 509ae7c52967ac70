"""A model in production that is evaluated again is compared with itself, without predictions."""

from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from mlops_assets.evaluation.champion import difference_on, itself
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.datasets import dataset_of_target

RNG = np.random.default_rng(0)
CLASS = RNG.integers(0, 3, 120)
SCORE = RNG.random(120)


def spec_of(task: str, metric: str | None = None) -> LifecycleSpec:
    regression = task == "regression"
    estimator = "LinearRegression" if regression else "LogisticRegression"
    return LifecycleSpec.model_validate(
        {
            "name": "small",
            "task": task,
            "source": {"type": "csv", "path": "t.csv"},
            "target": "y",
            "columns": {"numeric": ["x"]},
            "model": {"type": "sklearn", "estimator": f"sklearn.linear_model.{estimator}"},
            "gates": {"beats_production": {"metric": metric}} if metric else {},
        }
    )


def probabilities(classes: int) -> dict[str, np.ndarray]:
    drawn = RNG.dirichlet(np.ones(classes), 120)
    return {f"probability_{it}": drawn[:, it] for it in range(classes)}


@cache
def case(name: str) -> tuple[LifecycleSpec, Any, pd.DataFrame]:
    if name.startswith("regression"):
        metric = name.partition(" ")[2] or None
        known = dataset_of_target(SCORE)
        return spec_of("regression", metric), known, pd.DataFrame({"prediction": SCORE[::-1]})
    classes = {"two": 2, "three": 3, "two log_loss": 2}[name]
    target = CLASS % classes
    said = pd.DataFrame({"prediction": np.roll(target, 1), **probabilities(classes)})
    metric = name.partition(" ")[2] or None
    return spec_of("classification", metric), dataset_of_target(target), said


@pytest.mark.parametrize("name", ["two", "three", "two log_loss", "regression", "regression mae"])
def test_it_is_what_comparing_its_predictions_gives(name):
    spec, known, said = case(name)
    dataset = cast(Any, SimpleNamespace(labelled=lambda: known))
    measured = difference_on(spec, dataset, said, said, "1")
    assert itself(spec, spec.task.metrics(known, said)) == measured


def test_an_undefined_metric_is_measured():
    spec, known, said = case("two")
    metrics = spec.task.metrics(known, said)
    name = spec.gates.compared_metric(metrics, spec.task)
    assert name
    undefined = metrics[name].model_copy(update={"low": float("nan")})
    assert itself(spec, {**metrics, name: undefined}) is None
    assert itself(spec, {}) is None
