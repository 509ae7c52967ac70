"""After defs.yaml names another kind, the version in production serves on and is compared with."""

import pytest

from mlops_assets.data.training_tables import FeatureTable
from mlops_assets.defs.golden_record_entities.update import linkage_of
from mlops_assets.entities.explained_pair import explain_pair
from mlops_assets.errors import InputError
from mlops_assets.evaluation.champion import compare_with_production
from mlops_assets.evaluation.evaluate import evaluate_model
from mlops_assets.features.columns import Columns
from mlops_assets.kinds.registry import BY_TYPE
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.scored_day import score_day
from mlops_assets.monitoring.version_reference import (
    day_with_monitoring_features,
    load_version_reference,
)
from mlops_assets.platform.lake import read_newest
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.spec.stage_names import PRODUCTION
from mlops_assets.tasks.feature_table import dataset_of, sides
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.other_kind import Rule, fitted_by_rule, with_rule
from mlops_assets_tests.world import small_table


@pytest.fixture(autouse=True)
def _installed(monkeypatch):
    monkeypatch.setitem(BY_TYPE, "rule", Rule)


@pytest.fixture
def life(world) -> LoopWorld:
    """Version 1, of the kind sklearn, serves."""
    world.begin()
    return LoopWorld(world)


def table_and_holdout(life: LoopWorld):
    table = read_newest(["small", "features"], FeatureTable).table
    return table, dataset_of(sides(table)[1], life.spec)


def live_day(rows: int = 100) -> LiveDay:
    return LiveDay(table=small_table(rows), dataset_version="d", claims=())


def test_a_version_of_another_kind_is_compared_with_it(life):
    spec, (table, holdout) = with_rule(life.spec), table_and_holdout(life)
    trained = fitted_by_rule(life.world.settings, spec, holdout)
    serving = life.registry.at(PRODUCTION)
    verdict = evaluate_model(spec, table, trained, serving, life.world.settings).record.verdict
    gate = {it.gate: it for it in verdict.gates}["beats_production"]
    assert gate.value is not None
    assert verdict.champion == "1"


def test_it_scores_the_days_and_gives_their_monitoring_features(life):
    serving, spec = life.registry.at(PRODUCTION), with_rule(life.spec)
    scored = score_day(live_day(), serving, spec)
    assert scored.scored.equals(score_day(live_day(), serving, life.spec).scored)
    reference = load_version_reference(life.world.client, scored.record.model_id)
    more = Columns(numeric=["x", "more"])
    wider = reference.data.model_copy(update={"columns": more})
    wanting = reference.model_copy(update={"data": wider})
    given = live_day().content, wanting, spec, scored.record.model_id
    assert list(next(day_with_monitoring_features(*given))) == ["x", "c", "y"]


def test_what_only_one_kind_can_do_is_asked_of_the_version(life):
    spec, settings = with_rule(life.spec), life.world.settings
    with pytest.raises(InputError, match="is of the kind sklearn, which does not compare records"):
        explain_pair(settings, spec, ("1", "2"))
    with pytest.raises(InputError, match="small is served by a SklearnModel"):
        linkage_of(model_id_of(life.registry.at(PRODUCTION)), spec)


def test_where_its_kind_is_gone_the_gate_says_so_and_nothing_is_scored(life, monkeypatch):
    monkeypatch.delitem(BY_TYPE, "sklearn")
    serving, spec = life.registry.at(PRODUCTION), with_rule(life.spec)
    _, holdout = table_and_holdout(life)
    said = compare_with_production(serving, spec, holdout, lambda: holdout.features, "m-0")
    assert "version 1, in production, cannot be scored" in str(said)
    assert "was fitted by the kind 'sklearn'" in str(said)
    with pytest.raises(InputError, match="was fitted by the kind 'sklearn'"):
        score_day(live_day(), serving, spec)
