"""A messy table with every role, and targets that depend on it."""

import numpy as np
import pandas as pd

from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Summary
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.kinds.sklearn.spec import SklearnSpec
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION

SKLEARN_ONLY = ("sklearn.",)
COLUMNS = Columns(
    numeric=["age", "never"],
    categorical=["city", "code"],
    boolean=["member"],
    date=["joined"],
    text=["note", "blank"],
)
FOREST = "sklearn.ensemble.RandomForestClassifier"


def features(rows: int = 120, seed: int = 0) -> pd.DataFrame:
    """Gaps in every column, one column without any value and one without any word."""
    draw = np.random.default_rng(seed)
    notes = np.array(["good day", "pain in the chest", "", None], dtype=object)
    table = pd.DataFrame(
        {
            "age": draw.normal(50, 10, rows),
            "never": np.nan,
            "city": draw.choice(np.array(["Oslo", "Lima", None], dtype=object), rows),
            "code": draw.integers(0, rows, rows),
            "member": draw.choice(np.array(["yes", "No", None], dtype=object), rows),
            "joined": pd.Timestamp("2025-01-01")
            + pd.to_timedelta(draw.integers(0, 700, rows), "D"),
            "note": draw.choice(notes, rows),
            "blank": None,
        }
    )
    table.loc[::7, ["age", "joined"]] = None
    return typed_features(table, COLUMNS)


def risk(table: pd.DataFrame) -> pd.Series:
    """A number that age and city decide."""
    noise = np.random.default_rng(1).normal(0, 1, len(table))
    return table["age"].fillna(50) - 50 + 4 * (table["city"] == "Oslo") + noise


def target(table: pd.DataFrame, kind: str) -> pd.Series:
    """`number`, or labels: `int2`, `str2`, `str3`."""
    number = risk(table)
    if kind == "number":
        return number
    labels = {"int2": [0, 1], "str2": ["no", "yes"], "str3": ["low", "middle", "high"]}[kind]
    cut = pd.qcut(number, len(labels), labels=labels)
    return cut.astype("int64") if kind == "int2" else cut.astype(object)


def task_of(kind: str) -> Task:
    return REGRESSION if kind == "number" else CLASSIFICATION


def dataset(kind: str = "int2", rows: int = 120) -> Dataset:
    """The messy table with one of its targets."""
    table = features(rows)
    return Dataset(table, COLUMNS, target(table, kind))


def spec(estimator: str, params: dict | None = None, **more) -> SklearnSpec:
    given = {"type": "sklearn", "estimator": estimator, "params": params or {}, **more}
    return SklearnSpec.model_validate(given)


def fitted(
    estimator: str, params: dict | None = None, *, kind: str = "int2", seed: int = 3, **more
) -> SklearnModel:
    """The estimator fitted on the messy table."""
    return spec(estimator, params, **more).fit(
        dataset(kind), task_of(kind), seed=seed, allowed_prefixes=SKLEARN_ONLY
    )


def trained(estimator: str, params: dict | None = None, **how) -> Summary:
    """What the fit of the estimator says about itself."""
    return fitted(estimator, params, **how).summary()


def small_forest(kind: str = "int2") -> SklearnModel:
    """A forest of ten trees, quick to fit."""
    name = FOREST.replace("Classifier", "Regressor") if kind == "number" else FOREST
    return fitted(name, {"n_estimators": 10}, kind=kind)
