"""Training, validation and test are judged apart, and no identity is on two sides of a fold."""

from typing import Any

import numpy as np
import pandas as pd

from mlops_assets.evaluation.packs.validation import FILES, Validation, out_of_fold
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.kinds.sklearn.spec import SklearnSpec
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.feature_table import build_feature_table, dataset_of, sides

TREE = {"type": "sklearn", "estimator": "sklearn.tree.DecisionTreeClassifier"}


def spec(**changed: Any) -> LifecycleSpec:
    given = {
        "name": "people",
        "source": {"type": "csv", "path": "people.csv"},
        "identity": ["person"],
        "target": "y",
        "columns": {"numeric": ["x"]},
        "model": TREE,
        "packs": ["validation"],
    }
    return LifecycleSpec.model_validate(given | changed)


def people(count: int, visits: int = 2) -> pd.DataFrame:
    """Visits of people whose `x` is theirs alone and says nothing of `y`."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"person": np.arange(count), "x": rng.normal(size=count)})
    table["y"] = rng.integers(0, 2, count)
    return pd.concat([table] * visits, ignore_index=True)


def both(made: LifecycleSpec, table: pd.DataFrame) -> tuple[Dataset, Dataset]:
    built = build_feature_table(table, made.dataset(table), made)
    train, holdout = (dataset_of(side, made) for side in sides(built))
    return train, holdout


def fit(made: LifecycleSpec, rows: Dataset) -> SklearnModel:
    assert isinstance(made.model, SklearnSpec)
    return made.model.fit(rows, made.task, seed=made.seed, allowed_prefixes=("sklearn.",))


def evaluated(made: LifecycleSpec, table: pd.DataFrame, **settings: Any):
    train, holdout = both(made, table)
    model = fit(made, train)
    predictions = model.predict(holdout.features)
    return Validation(**settings).evaluate(model, train, holdout, predictions, made)


def test_a_tree_that_learned_by_heart_is_perfect_in_training_alone():
    result = evaluated(spec(), people(300), folds=3)
    assert result.metrics == {}
    found = {side: result.documents[file]() for side, file in FILES.items()}
    accuracy = {side: it["metrics"]["accuracy"]["value"] for side, it in found.items()}
    assert accuracy["training"] == 1
    assert 0.4 < accuracy["validation"] < 0.6
    assert 0.3 < accuracy["test"] < 0.7
    assert found["training"]["rows"] == found["validation"]["rows"]
    assert found["training"]["rows"] + found["test"]["rows"] == 600
    assert found["validation"]["predicted_by"] == "3 folds"
    assert found["test"]["metrics"]["accuracy"]["low"] < accuracy["test"]


def test_the_table_has_the_three_sides_with_intervals():
    (text,) = evaluated(spec(), people(300), folds=3).panel().values()
    heads, _, *rows = text.splitlines()
    assert [it.split(",")[0].strip() for it in heads.strip("|").split("|")][1:] == [*FILES]
    assert sum("accuracy" in row for row in rows) == 1
    assert all("[" in row for row in rows if "accuracy" in row)


def test_nothing_is_fitted_before_someone_asks(monkeypatch):
    made, fits = spec(), []
    train, holdout = both(made, people(100))
    model = fit(made, train)
    fitting = SklearnSpec.fit

    def counted(*given: Any, **options: Any) -> SklearnModel:
        fits.append(given)
        return fitting(*given, **options)

    monkeypatch.setattr(SklearnSpec, "fit", counted)
    predictions = model.predict(holdout.features)
    result = Validation(folds=4).evaluate(model, train, holdout, predictions, made)
    assert fits == []
    for document in result.documents.values():
        document()
    result.panel()
    assert len(fits) == 4


def test_each_row_is_predicted_by_a_model_of_the_other_identities():
    made, table = spec(), people(60)
    train, _ = both(made, table)
    fold = train.folds(5)
    found = out_of_fold(train, made, 5)
    rest, left_out = train.take(np.flatnonzero(fold != 2)), train.take(np.flatnonzero(fold == 2))
    assert not set(rest.features["x"]) & set(left_out.features["x"])
    expected = fit(made, rest).predict(left_out.features)
    pd.testing.assert_frame_equal(found.loc[left_out.features.index], expected)
    assert found.index.equals(train.features.index)


def test_a_class_that_a_fold_has_not_seen_has_no_probability():
    made, table = spec(), people(60, visits=1)
    table["y"] = table["y"].map({0: "a", 1: "b"})
    train, _ = both(made, table)
    first = np.flatnonzero(train.folds(3) == 0)[0]
    labels = train.known_target().copy()
    labels.iloc[first] = "rare"
    found = out_of_fold(train.with_target(labels), made, 3)
    assert found["probability_rare"].iloc[first] == 0
    assert found.notna().all().all()


def test_a_regression_has_three_sides_too():
    forest = {"type": "sklearn", "estimator": "sklearn.tree.DecisionTreeRegressor"}
    made = spec(model=forest, task="regression")
    table = people(200).assign(y=lambda it: it["x"] * 2)
    documents = evaluated(made, table, folds=2).documents
    errors = [documents[file]()["metrics"]["rmse"]["value"] for file in FILES.values()]
    assert errors[0] < 1e-9 < min(errors[1:])
