"""Which way answers: the fast one only if it equals the model, for one row as for many."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.kinds.base import Model, RowPredictions, RowPredictor
from mlops_assets.serving.admission import admitted
from mlops_assets.serving.frame_rows import FrameRows
from mlops_assets_tests.serving.served import Served


class OffBy:
    """The fast path of a model, wrong where `is_wrong` says so of the number of rows."""

    def __init__(self, model: Any, is_wrong: Any) -> None:
        self.fast: RowPredictor = model.row_predictor()
        self.is_wrong = is_wrong
        self.thresholds = self.fast.thresholds

    def row_predictor(self) -> Any:
        """Itself."""
        return self

    def predict_rows(self, rows: Sequence[Mapping[str, Any]]) -> RowPredictions:
        """The model's predictions, or wrong ones."""
        predictions, probabilities = self.fast.predict_rows(rows)
        if self.is_wrong(len(rows)) and probabilities:
            probabilities = [[it + 1e-6 for it in each] for each in probabilities]
        return RowPredictions(predictions, probabilities)


@pytest.mark.parametrize(
    ("is_wrong", "said"),
    [
        (lambda rows: False, "the fast path"),
        (lambda rows: rows == 1, "differs by 1e-06"),
        (lambda rows: rows > 1, "differs by 1e-06"),
    ],
)
def test_one_row_and_many_are_both_compared(world, is_wrong, said):
    world.begin()
    served = Served(world)
    served.look()
    schema = served.endpoint.served.schema
    model: Model = ModelRegistry(world.settings).load_model("small")
    ways = admitted(OffBy(model, is_wrong), FrameRows(model, schema.columns()), schema, [])
    assert said in ways.why
    assert isinstance(ways.single, OffBy) == ("fast path, equal" in ways.why)
