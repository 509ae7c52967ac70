"""The table of the worst rows: the surest mistakes first, and nobody's name in it."""

import numpy as np
import pandas as pd

from mlops_assets.evaluation import worst_rows as subject
from mlops_assets.platform.table_content import InMemory
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import SMALL

ROWS = 200


def spec(**more) -> LifecycleSpec:
    columns = {"numeric": ["x"], "categorical": ["c"], "text": ["note"], "date": ["born"]}
    given = {"source": {"type": "csv", "path": "t.csv"}, "identity": ["id"], "columns": columns}
    return LifecycleSpec.model_validate({**SMALL, **given, **more})


def day() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [f"person {i}" for i in range(ROWS)],
            "x": np.arange(float(ROWS)),
            "c": ["Rare Name" if i == 0 else "common" for i in range(ROWS)],
            "note": ["" if i % 2 else f"I am person {i}" for i in range(ROWS)],
            "born": [f"19{60 + i % 2}-01-01" if i else "1955-05-05" for i in range(ROWS)],
        }
    )


def scored(sure: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"prediction": 1, "probability_0": 1 - sure, "probability_1": sure})


def worst_rows(
    table: pd.DataFrame, predictions: pd.DataFrame, labels: pd.Series, made: LifecycleSpec
) -> pd.DataFrame:
    """The worst rows of those that have a label."""
    rows = made.dataset(table.loc[labels.index]).with_target(labels)
    return subject.worst_rows(InMemory(table), rows, predictions.loc[labels.index], made)


def test_the_surest_mistakes_come_first_and_right_rows_are_left_out():
    ground_truth = pd.Series([0, 0, 0, 1, 1] * 40)
    sure = np.linspace(0.5, 0.99, ROWS)
    worst = worst_rows(day(), scored(sure), ground_truth, spec())
    assert len(worst) == 50
    assert worst["row"].tolist()[:4] == [197, 196, 195, 192]
    assert worst["probability"].is_monotonic_decreasing
    assert (worst["ground_truth"] != worst["predicted"]).all()


def test_labels_of_some_rows_only_keep_the_rows_numbers():
    ground_truth = pd.Series([0, 0], index=[7, 150])
    worst = worst_rows(day(), scored(np.linspace(0.5, 0.99, ROWS)), ground_truth, spec())
    assert worst["row"].tolist() == [150, 7]
    assert worst["x"].tolist() == [150.0, 7.0]


def test_what_could_name_a_person_is_masked():
    ground_truth = pd.Series([0] * ROWS)
    worst = worst_rows(day(), scored(np.full(ROWS, 0.9)), ground_truth, spec())
    assert set(worst["id"]) == {"***"}
    assert worst.loc[0, ["c", "born", "note"]].tolist() == ["***"] * 3
    assert worst.loc[1, ["c", "born"]].tolist() == ["common", "1961-01-01"]
    assert "person" not in worst.to_csv()


def test_an_identity_that_is_also_a_feature_stays_masked():
    columns = {"numeric": ["x"]}
    ground_truth = pd.Series([0] * ROWS)
    made = spec(identity=["x"], columns=columns)
    assert set(worst_rows(day(), scored(np.full(ROWS, 0.9)), ground_truth, made)["x"]) == {"***"}


def test_the_largest_residuals_of_a_regression():
    ground_truth = pd.Series(np.zeros(ROWS))
    predictions = pd.DataFrame({"prediction": np.where(np.arange(ROWS) == 42, -9.0, 1.0)})
    worst = worst_rows(day(), predictions, ground_truth, spec(task="regression", gates={}))
    assert worst.loc[0, ["row", "ground_truth", "predicted", "residual"]].tolist() == [
        42,
        0.0,
        -9.0,
        9.0,
    ]


def test_without_probabilities_mistakes_come_in_the_order_of_the_rows():
    ground_truth = pd.Series([0] * ROWS)
    worst = worst_rows(day(), pd.DataFrame({"prediction": [1] * ROWS}), ground_truth, spec())
    assert worst["row"].tolist() == list(range(50))
    assert worst["probability"].isna().all()


def test_a_feature_may_be_called_like_a_column_of_the_table():
    columns = {"numeric": ["row"]}
    table = day().rename(columns={"x": "row"})
    worst = worst_rows(
        table, scored(np.full(ROWS, 0.9)), pd.Series([0] * ROWS), spec(columns=columns)
    )
    assert worst["row (feature)"].tolist() == [float(row) for row in worst["row"]]


def test_a_day_without_mistakes_has_an_empty_table():
    assert worst_rows(day(), scored(np.full(ROWS, 0.9)), pd.Series([1] * ROWS), spec()).empty
