"""The other two policies of `defs/`: fitted and judged as their defs.yaml says."""

from datetime import date

import pytest

from mlops_assets.evaluation.evaluate import run_packs
from mlops_assets.evaluation.gates import NoChampion, judge
from mlops_assets.kinds.base import predictions_of
from mlops_assets.platform.settings import Settings
from mlops_assets.simulators import _meals, meal_ranker, recipe_recommender
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.feature_table import build_feature_table, dataset_of, sides
from mlops_assets_tests.policies.worlds import attributes

DAY = date(2026, 1, 4)


@pytest.fixture(params=[meal_ranker, recipe_recommender], ids=lambda it: it.__name__.split(".")[-1])
def judged(request, settings):
    """The model's spec, its menu, the holdout as read, and everything found in it."""
    name = request.param.__name__.split(".")[-1]
    spec = LifecycleSpec.model_validate(attributes(name))
    raw = spec.source.read(Settings.from_environment(), until=DAY)
    table = build_feature_table(raw, spec.dataset(raw), spec)
    train, held = (dataset_of(side, spec) for side in sides(table))
    model = spec.model.fit(train, spec.task, seed=0, allowed_prefixes=("sklearn.",))
    said = predictions_of(model, held.features)
    return (
        spec,
        request.param.MENU,
        train,
        held,
        said,
        run_packs(spec, model, lambda: train, held, said),
    )


def test_it_passes_its_gates_and_its_interval_has_the_truth(judged):
    spec, menu, _, held, said, results = judged
    metrics = {name: it for result in results.values() for name, it in result.metrics.items()}
    gates = judge(spec.gates, metrics, NoChampion(), task=spec.task)
    assert all(it.passed for it in gates), [str(it) for it in gates]
    chosen = said[[f"probability_{it}" for it in menu.items]].to_numpy()
    position = held.features["position"].to_numpy() if menu.slate > 1 else None
    truth = (chosen * _meals.expected_rewards(menu, held.features, 0.0, position)).sum(axis=1)
    assert metrics["value_dr"].low < truth.mean() < metrics["value_dr"].high


def test_a_slate_is_on_one_side(judged):
    _, menu, train, held, *_ = judged
    if menu.slate == 1:
        assert "slate" not in train.roles
        return
    fitted, judged_on = ({*it.of_role("slate")} for it in (train, held))
    assert not fitted & judged_on
    assert len(held) == 3 * len(judged_on)
