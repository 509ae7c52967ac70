"""Every trusted type is a class of a package we know, and every usual estimator can be saved."""

import warnings
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.sklearn.storage import dump
from mlops_assets.kinds.sklearn.trusted_types import TRUSTED_TYPES
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets_tests.kinds.sklearn.messy import SKLEARN_ONLY, spec

# Saved with functions inside, or made for several targets, or for targets we do not have here
REFUSED_BY_SAVE = {"TunedThresholdClassifierCV"}


@pytest.mark.parametrize("name", TRUSTED_TYPES)
def test_a_trusted_type_is_a_class_of_numpy_scikit_learn_or_ours(name):
    module, _, attribute = name.rpartition(".")
    found = getattr(import_module(module), attribute)
    assert isinstance(found, type)
    assert name.startswith(("sklearn.", "numpy.", "mlops_assets.kinds."))


def test_no_type_is_named_twice():
    assert len(set(TRUSTED_TYPES)) == len(TRUSTED_TYPES)


def _estimators() -> list[tuple[str, Task]]:
    from sklearn.utils import all_estimators

    return [
        (f"{cls.__module__.partition('._')[0]}.{name}", task)
        for filter_, task in (("classifier", CLASSIFICATION), ("regressor", REGRESSION))
        for name, cls in all_estimators(filter_)
    ]


def _params(dotted: str, task: Task) -> dict:
    name = dotted.rpartition(".")[2]
    inner = {"estimator": "sklearn.linear_model.LogisticRegression"}
    if task is REGRESSION:
        inner = {"estimator": "sklearn.linear_model.Ridge"}
    if name.startswith(("Voting", "Stacking")):
        return {"estimators": [["one", inner]]}
    if name.startswith(("AdaBoost", "Bagging", "ExtraTrees", "GradientBoosting", "RandomForest")):
        return {"n_estimators": 3}
    wraps = ("OneVs", "OutputCode", "FixedThreshold", "TunedThreshold", "SelfTraining")
    return {"estimator": inner} if name.startswith(wraps) else {}


def test_every_estimator_of_scikit_learn_that_fits_can_be_saved(tmp_path):
    draw = np.random.default_rng(0)
    table = pd.DataFrame({"a": draw.normal(size=60), "b": draw.normal(size=60)})
    number = np.exp(table["a"])
    refused, tried = set(), 0
    for dotted, task in _estimators():
        target = number if task is REGRESSION else (number > 1).astype("int64")
        chosen = spec(dotted, _params(dotted, task))
        try:
            with warnings.catch_warnings(action="ignore"):
                rows = Dataset(table, Columns(numeric=["a", "b"]), target)
                model = chosen.fit(rows, task, seed=0, allowed_prefixes=SKLEARN_ONLY)
        except (InputError, IndexError):  # for several targets, say: not ours
            continue
        tried += 1
        try:
            dump(model.pipeline, tmp_path / "model.skops")
        except InputError:
            refused.add(dotted.rpartition(".")[2])
    assert refused == REFUSED_BY_SAVE
    assert tried > 70
