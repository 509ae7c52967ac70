"""Rows that are typed in batches are as if they were typed together."""

import pandas as pd
import pytest

from mlops_assets.data.personal_data import NOTHING_PERSONAL
from mlops_assets.data.typed_rows import typed_in_batches
from mlops_assets.errors import InputError
from mlops_assets.tasks.training_spec import TrainingSpec

ROWS = 100


def table() -> pd.DataFrame:
    row = range(ROWS)
    return pd.DataFrame(
        {
            "n": [None if it % 9 == 0 else it / 7 for it in row],
            "c": [None if it > 90 else "abc"[it % 3] for it in row],
            "b": [None if it > 80 else it % 2 == 0 for it in row],
            "d": ["03/02/2026"] * (ROWS - 1) + ["28/02/2026"],  # only the last tells the day
            "t": ["some words" if it % 4 else None for it in row],
            "w": [0.0] * 50 + [1.0] * 50,
        }
    )


def spec(**given) -> TrainingSpec:
    roles = {"numeric": ["n"], "categorical": ["c"], "boolean": ["b"], "date": ["d"], "text": ["t"]}
    fields = {"columns": roles, "context": {"weight": ["w"]}, "target": "y", **given}
    return TrainingSpec.model_validate(fields)


@pytest.mark.parametrize("batch", [1, 33, ROWS, ROWS + 1])
def test_batches_are_typed_as_one(batch):
    found = typed_in_batches(table(), spec(), NOTHING_PERSONAL, batch)
    expected = NOTHING_PERSONAL.dataset(table(), spec())
    pd.testing.assert_frame_equal(found.features, expected.features)
    pd.testing.assert_frame_equal(found.context, expected.context)
    assert (found.columns, found.roles) == (expected.columns, expected.roles)


def test_weights_of_0_in_a_batch_are_fine_but_not_in_all():
    with pytest.raises(InputError, match="all 100 rows have the weight 0"):
        typed_in_batches(table().assign(w=0.0), spec(), NOTHING_PERSONAL, 10)
