"""Packs are found by name, checked with their settings, and each metric belongs to one."""

from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.evaluation.evaluate import run_packs
from mlops_assets.evaluation.packs import registry
from mlops_assets.evaluation.packs.base import Pack
from mlops_assets.evaluation.packs.registry import packs_of
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Model, PackResult
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.metrics.metric import exact
from mlops_assets_tests.world import SMALL, small_table


class Profit(Pack):
    """What the predicted customers bring in."""

    type: Literal["profit"] = "profit"
    each: float = 1.0
    metric: str = "profit"

    def evaluate(
        self, model: Model, dataset: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult:
        """The profit of all rows together."""
        won = self.each * float((predictions["prediction"] == 1).sum())
        metrics = {self.metric: exact(won, len(dataset))}
        return PackResult(metrics, documents={"profit.json": lambda: won})


@pytest.fixture(autouse=True)
def profit(monkeypatch):
    """One more pack, as if a package had registered it."""
    every = {**registry.known(), "profit": Profit}
    monkeypatch.setattr(registry, "known", lambda: every)


def spec(*packs: Any) -> LifecycleSpec:
    source = {"type": "csv", "path": "table.csv"}
    return LifecycleSpec.model_validate({**SMALL, "source": source, "packs": list(packs)})


def fitted(made: LifecycleSpec) -> tuple[Any, Dataset]:
    table = small_table(200)
    rows = made.dataset(table).with_target(table["y"])
    return made.model.fit(rows, made.task, seed=0, allowed_prefixes=("sklearn.",)), rows


def evaluated(made: LifecycleSpec) -> tuple[PackResult, ...]:
    model, rows = fitted(made)
    return run_packs(made, model, rows, model.predict(rows.features))


def test_the_packs_of_the_kind_come_first():
    assert [it.type for it in packs_of(spec())] == ["metrics", "slices", "figures", "importance"]
    assert [it.type for it in packs_of(spec("profit"))][-1] == "profit"


def test_a_pack_is_written_by_name_or_with_its_settings():
    assert packs_of(spec("profit"))[-1] == Profit()
    assert packs_of(spec({"type": "profit", "each": 5}))[-1] == Profit(each=5.0)


def test_an_unknown_pack_is_answered_with_the_nearest():
    with pytest.raises(InputError, match=r"names 'profits'; the nearest name is 'profit'") as told:
        packs_of(spec("profits"))
    assert "'linkage'" in told.value.expected


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"each": "much"}, "each: Input should be a valid number"), ({"ech": 1}, "ech: Extra inputs")],
)
def test_a_wrong_setting_is_named_with_its_pack(settings, said):
    with pytest.raises(InputError, match=f"`packs`, profit: {said}") as told:
        packs_of(spec({"type": "profit", **settings}))
    assert "'each'" in told.value.expected


def test_two_packs_with_a_metric_of_one_name_are_refused():
    with pytest.raises(
        InputError, match=r"the packs metrics and profit both have the metrics \['accuracy'\]"
    ):
        evaluated(spec({"type": "profit", "metric": "accuracy"}))


def test_every_pack_adds_its_results():
    results = evaluated(spec({"type": "profit", "each": 2}))
    metrics = {name for result in results for name in result.metrics}
    assert {"roc_auc", "accuracy", "profit"} <= metrics
    documents = {name for result in results for name in result.documents}
    assert documents == {"slices.json", "importances.json", "profit.json"}
    drawn = {name for result in results for name in result.draw()}
    assert {"confusion_matrix", "roc_curve", "importances"} <= drawn


def test_importances_are_computed_once_and_only_where_they_are_wanted(monkeypatch):
    made, asked = spec(), []
    model, rows = fitted(made)
    importance = type(model).importance

    def counted(self, dataset: Dataset, *, seed: int) -> pd.DataFrame:
        asked.append(seed)
        return importance(self, dataset, seed=seed)

    monkeypatch.setattr(type(model), "importance", counted)
    result = run_packs(made, model, rows, model.predict(rows.features))[-1]
    assert asked == []
    assert {it["feature"] for it in result.documents["importances.json"]()} == {"x", "c"}
    assert list(result.draw()) == ["importances"]
    assert asked == [made.seed]


def test_without_a_target_there_is_nothing_to_measure():
    made = spec()
    rows = made.dataset(small_table(60))
    said = pd.DataFrame({"prediction": np.zeros(60)}, rows.features.index)
    model: Any = None
    packs = [it for it in packs_of(made) if it.type != "importance"]
    assert [it.evaluate(model, rows, said, made) for it in packs] == [PackResult()] * 3


def test_the_pack_of_a_linkage_refuses_another_model():
    with pytest.raises(InputError, match="the pack linkage, and a model of the kind sklearn"):
        evaluated(spec("linkage"))
