"""A kind whose predictions are not indexed like the rows is named wherever they are needed."""

import pandas as pd
import pytest

from mlops_assets.data.training_tables import FeatureTable
from mlops_assets.errors import InputError
from mlops_assets.evaluation.champion import compare_with_production
from mlops_assets.evaluation.evaluate import evaluate_model
from mlops_assets.evaluation.records import TrainedModel
from mlops_assets.kinds.loading import load_model
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.scored_day import score_day
from mlops_assets.monitoring.version_reference import reference_of
from mlops_assets.platform.lake import read_newest
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.spec.stage_names import PRODUCTION
from mlops_assets.tasks.feature_table import dataset_of, sides
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.world import small_table

NAMED = "sklearn.model.SklearnModel gives .* not indexed like them"


@pytest.fixture
def life(world, monkeypatch) -> LoopWorld:
    """Version 1 serves, and its kind numbers the predictions from 1000."""
    world.begin()
    predict = SklearnModel.predict

    def renumbered(self, features: pd.DataFrame) -> pd.DataFrame:
        return predict(self, features).set_axis(range(1000, 1000 + len(features)))

    monkeypatch.setattr(SklearnModel, "predict", renumbered)
    return LoopWorld(world)


def test_it_stops_what_is_stored_with_a_version_and_its_evaluation(life):
    spec, settings = life.spec, life.world.settings
    open_store(settings)  # models are loaded from the store that was opened last
    table = read_newest(["small", "features"], FeatureTable).table
    trained = read_newest(["small", "trained_model"], TrainedModel)
    holdout = dataset_of(sides(table)[1], spec)
    with pytest.raises(InputError, match=NAMED):
        reference_of(load_model(trained.uri), table, holdout, spec)
    with pytest.raises(InputError, match=NAMED):
        evaluate_model(spec, table, trained, None, settings)


def test_it_stops_a_day(life):
    day = LiveDay(table=small_table(50), dataset_version="d", claims=())
    with pytest.raises(InputError, match=NAMED):
        score_day(day, life.registry.at(PRODUCTION), life.spec)


def test_a_champion_like_that_fails_the_gate(life):
    table = read_newest(["small", "features"], FeatureTable).table
    holdout = dataset_of(sides(table)[1], life.spec)
    serving = life.registry.at(PRODUCTION)
    said = compare_with_production(serving, life.spec, holdout, lambda: holdout.features, "m-0")
    assert "version 1, in production, cannot be scored" in str(said)
    assert "not indexed like them" in str(said)
