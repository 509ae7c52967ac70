"""What a model of any kind predicts has a `prediction` for each row, or the kind is named."""

from typing import Any

import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.kinds.base import predictions_of

ROWS = pd.DataFrame({"x": [1.0, 2.0]}, index=[7, 9])


class Told:
    """A model with fixed predictions."""

    def __init__(self, said: Any) -> None:
        self.said = said

    def predict(self, features: pd.DataFrame) -> Any:
        """The same, whatever the rows."""
        return self.said


def predicted(said: Any) -> pd.DataFrame:
    model: Any = Told(said)
    return predictions_of(model, ROWS)


def test_predictions_of_each_row_pass_with_all_their_columns():
    said = pd.DataFrame({"prediction": [0, 1], "score": [0.1, 0.2]}, ROWS.index)
    assert predicted(said) is said


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ([0, 1], "gives a list"),
        (pd.Series([0, 1], ROWS.index), "gives a Series"),
        (pd.DataFrame({"label": [0, 1]}, ROWS.index), "gives the columns ['label']"),
        (pd.DataFrame({"prediction": [0, 1]}), "2 predictions of 2 rows, which are not indexed"),
        (pd.DataFrame({"prediction": [0]}, [7]), "1 predictions of 2 rows"),
    ],
)
def test_anything_else_names_the_kind(said, seen):
    with pytest.raises(InputError, match=rf"`predict` of {__name__}\.Told gives .*") as told:
        predicted(said)
    assert seen in told.value.seen
    assert told.value.todo == "correct the kind of this model"
