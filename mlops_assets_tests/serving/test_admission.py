"""Which way a version answers is decided on rows of its own training data as well."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mlops_assets.data.personal_data import PersonalData
from mlops_assets.features.columns import Columns
from mlops_assets.kinds.base import RowPredictions, RowPredictor
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.monitoring.drift.table_profile import build_profile
from mlops_assets.monitoring.input_schema import InputSchema
from mlops_assets.monitoring.version_reference import sample_rows
from mlops_assets.serving.admission import Admitted, admitted
from mlops_assets.serving.frame_rows import FrameRows
from mlops_assets.serving.made_rows import made_rows
from mlops_assets.serving.sampled_rows import sampled_rows, with_texts
from mlops_assets_tests.kinds.sklearn.messy import COLUMNS, features, small_forest

TABLE = features()
SCHEMA = InputSchema.of(build_profile(TABLE, COLUMNS), COLUMNS, PersonalData())
MADE = made_rows(SCHEMA, {})


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample as it is stored with a version."""
    return kept(tmp_path, PersonalData())


def kept(folder: Path, personal: PersonalData) -> Path:
    predictions = pd.DataFrame({"prediction": TABLE["age"]})
    outputs = Columns(numeric=["prediction"])
    rows = sample_rows(TABLE, predictions, COLUMNS, outputs, personal=personal)
    rows.to_parquet(folder / "sample.parquet")
    return folder / "sample.parquet"


@dataclass(frozen=True)
class WrongAtOneAge:
    """A model whose fast path is wrong for one age, which one of the training rows has."""

    model: SklearnModel
    age: float

    def row_predictor(self) -> RowPredictor:
        """Itself."""
        return self

    def thresholds(self) -> dict[str, list[float]]:
        """None."""
        return {}

    @cached_property
    def right(self) -> RowPredictor:
        """That of the model."""
        found = self.model.row_predictor()
        assert found is not None
        return found

    def predict_rows(self, rows: list[dict[str, Any]]) -> RowPredictions:
        """Those of the model, but for one age."""
        found = self.right.predict_rows(rows)
        chances = zip(rows, found.probabilities or [], strict=True)
        wrong = [[0.5, 0.5] if row["age"] == self.age else it for row, it in chances]
        return RowPredictions(found.predictions, wrong)


def decided(model: Any, sample: Path) -> Admitted:
    itself = FrameRows(small_forest(), COLUMNS)
    return admitted(model, itself, SCHEMA, sampled_rows(sample, SCHEMA))


def test_a_fast_path_that_is_wrong_on_a_training_row_does_not_answer(sample):
    model = WrongAtOneAge(small_forest(), float(TABLE["age"].dropna().iloc[5]))
    assert "differs by" in decided(model, sample).why


def test_it_answers_if_it_is_right_on_both_and_says_how_many(sample):
    assert "on 120 sampled and 300 made rows" in decided(small_forest(), sample).why


def test_a_version_without_a_sample_is_tried_with_made_rows(tmp_path):
    assert "on 0 sampled and 300 made rows" in decided(small_forest(), tmp_path / "none").why


def test_a_sampled_row_has_the_values_of_its_training_row_but_for_texts(sample):
    rows = with_texts(sampled_rows(sample, SCHEMA), MADE)
    place = int(TABLE["joined"].notna().to_numpy().argmax())
    before = TABLE.iloc[place]
    assert rows[place]["joined"] == before["joined"].to_pydatetime()
    assert (rows[place]["age"], rows[place]["city"]) == (before["age"], before["city"])
    assert [it["note"] for it in rows] == [it["note"] for it in MADE[: len(rows)]]
    assert {it["city"] for it in rows} == {"Oslo", "Lima", None}


def test_what_is_personal_is_not_of_the_same_row(tmp_path):
    rows = sampled_rows(kept(tmp_path, PersonalData(("city",))), SCHEMA)
    assert [it["city"] for it in rows] != TABLE["city"].tolist()
    assert [it["member"] for it in rows][1:9] == pytest.approx(
        TABLE["member"].tolist()[1:9], nan_ok=True
    )
