"""The task that a target suggests."""

import pandas as pd
import pytest

from mlops_assets.tasks.inference import infer_task
from mlops_assets.tasks.registry import task_named


@pytest.mark.parametrize(
    ("target", "task"),
    [
        ([True, False] * 20, "classification"),
        (["good", "bad"] * 20, "classification"),
        ([0, 1] * 20, "classification"),
        ([0.5, 1.5] * 20, "classification"),
        ([1, 2, 3, 4] * 10, "classification"),
        (list(range(40)), "regression"),
        ([0.5, 1.0, 1.5, 2.0] * 10, "regression"),
        ([1, 2, 3, 4, 5, 6, 7, 8], "regression"),
    ],
)
def test_task(target, task):
    assert infer_task(pd.Series(target)) is task_named(task)
