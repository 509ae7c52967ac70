"""Packs are found by name, checked with their settings, and each metric belongs to one."""

import subprocess
import sys
from functools import partial
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.evaluation.evaluate import run_packs, slices_of
from mlops_assets.evaluation.packs import registry
from mlops_assets.evaluation.packs.base import Pack, TrainingPack
from mlops_assets.evaluation.packs.known import OWN
from mlops_assets.evaluation.packs.registry import check_packs, packs_of
from mlops_assets.evaluation.packs.slices import Slices
from mlops_assets.evaluation.records import Evaluation, Slice
from mlops_assets.evaluation.result import EvaluationResult
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Model, PackResult
from mlops_assets.kinds.sklearn.spec import SklearnSpec
from mlops_assets.platform.mlflow.result import Markdown
from mlops_assets.plugins import types_of
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.metrics.metric import exact
from mlops_assets_tests.world import SMALL, small_table

LINKED = {
    "name": "linked",
    "source": {"type": "csv", "path": "table.csv"},
    "identity": ["id"],
    "columns": {"text": ["first_name"]},
    "context": {"sensitive": ["gender"]},
    "task": "deduplication",
    "model": {"type": "fellegi_sunter"},
}


class Profit(Pack):
    """What the predicted customers bring in."""

    type: Literal["profit"] = "profit"
    each: float = 1.0
    metric: str = "profit"
    file: str = "profit.json"
    figure: str = "profit"

    def evaluate(
        self, model: Model, dataset: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult:
        """The profit of all rows together."""
        won = self.each * float((predictions["prediction"] == 1).sum())
        return PackResult(
            {self.metric: exact(won, len(dataset))},
            draw=lambda: {self.figure: Figure()},
            documents={self.file: lambda: won},
        )


class Sides(TrainingPack):
    """How many rows each side has, also as a table."""

    type: Literal["sides"] = "sides"
    table: str = "sides"

    def evaluate(
        self,
        model: Model,
        training: Dataset,
        dataset: Dataset,
        predictions: pd.DataFrame,
        spec: LifecycleSpec,
    ) -> PackResult:
        """Of both sides."""
        rows = exact(len(training), len(training))
        return PackResult({"trained_on": rows}, panel=lambda: {self.table: f"{len(dataset)} rows"})


class Sized(Slices):
    """A pack that needs a setting."""

    type: Literal["sized"]  # type: ignore[assignment]
    rows: int


@pytest.fixture(autouse=True)
def profit(monkeypatch):
    """Two more packs, as if a package had registered them."""
    every = {**registry.known(), "profit": Profit, "sides": Sides, "sized": Sized}
    monkeypatch.setattr(registry, "known", lambda: every)


def spec(*packs: Any) -> LifecycleSpec:
    source = {"type": "csv", "path": "table.csv"}
    return LifecycleSpec.model_validate({**SMALL, "source": source, "packs": list(packs)})


def mistakes(*packs: Any) -> dict[str, str]:
    """Every mistake in `packs:`, by its place in the file."""
    made = spec(*packs)
    with pytest.raises(ValidationError) as caught:
        packs_of(made)
    return {".".join(map(str, e["loc"])): str(e["ctx"]["error"]) for e in caught.value.errors()}


def fitted(made: LifecycleSpec) -> tuple[Any, Dataset]:
    table = small_table(200)
    rows = made.dataset(table).with_target(table["y"])
    return made.model.fit(rows, made.task, seed=0, allowed_prefixes=("sklearn.",)), rows


def no_training() -> Dataset:
    pytest.fail("no pack asked for the training rows")


def evaluated(made: LifecycleSpec) -> dict[str, PackResult]:
    model, rows = fitted(made)
    return run_packs(made, model, lambda: rows, rows, model.predict(rows.features))


def test_the_packs_of_the_kind_come_first():
    assert [it.type for it in packs_of(spec())] == ["metrics", "slices", "figures", "importance"]
    assert [it.type for it in packs_of(spec("profit"))][-1] == "profit"


@pytest.mark.process
def test_only_the_packs_that_are_asked_for_are_imported():
    given = {**SMALL, "source": {"type": "csv", "path": "table.csv"}, "packs": ["threshold"]}
    code = (
        "import sys\nfrom mlops_assets.evaluation.packs.known import OWN\n"
        "from mlops_assets.evaluation.packs.registry import check_packs\n"
        "from mlops_assets.spec.lifecycle_spec import LifecycleSpec\n"
        f"check_packs(LifecycleSpec.model_validate({given}))\n"
        "print(*[name for name, module in OWN.items() if module in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["metrics", "slices", "figures", "importance", "threshold"]


@pytest.mark.parametrize("name", OWN)
def test_each_pack_is_in_the_file_of_its_name(name):
    assert types_of(registry.known()[name]) == (name,)


def test_a_pack_is_written_by_name_or_with_its_settings():
    assert packs_of(spec("profit"))[-1] == Profit()
    assert packs_of(spec({"type": "profit", "each": 5}))[-1] == Profit(each=5.0)


def test_an_entry_replaces_the_pack_of_its_type_that_the_kind_has():
    assert packs_of(spec("metrics", "figures")) == packs_of(spec())


def test_an_unknown_pack_is_answered_with_the_nearest():
    (told,) = mistakes("metrics", "profits").items()
    assert told[0] == "packs.1"
    assert told[1].startswith("`packs.1.type` is 'profits'; the nearest name is 'profit'. Expected")
    assert "'linkage'" in told[1]


@pytest.mark.parametrize(
    ("settings", "place", "said"),
    [
        ({"each": "much"}, "packs.0.each", "`packs.0.each` is 'much'. Expected: a valid number"),
        ({"ech": 1}, "packs.0.ech", "there is no key `packs.0.ech`; the nearest name is 'each'"),
    ],
)
def test_a_wrong_setting_is_told_where_it_is(settings, place, said):
    told = mistakes({"type": "profit", **settings})
    assert list(told) == [place]
    assert told[place].startswith(said)


def test_two_entries_of_one_type_are_refused():
    told = mistakes("profit", {"type": "profit", "each": 2}, "slices")
    assert told["packs"].startswith("`packs`: more than one entry for ['profit']. Expected: one")


@pytest.mark.parametrize(
    ("packs", "said"),
    [
        (("metrics", "profits"), "the kind sklearn asks for the pack 'profits'; the nearest name"),
        (("metrics", "sized"), "the kind sklearn asks for the pack sized, which needs settings"),
    ],
)
def test_a_kind_with_a_wrong_pack_is_told_at_the_model(packs, said, monkeypatch):
    monkeypatch.setattr(SklearnSpec, "packs", packs)
    told = mistakes()
    assert list(told) == ["model"]
    assert told["model"].startswith(said)


def test_what_a_pack_of_the_kind_needs_can_be_set(monkeypatch):
    monkeypatch.setattr(SklearnSpec, "packs", ("sized", "metrics"))
    found = packs_of(spec({"type": "sized", "rows": 7}, "profit"))
    assert [it.type for it in found] == ["sized", "metrics", "profit"]
    assert found[0] == Sized(type="sized", rows=7)


def test_two_packs_with_a_metric_of_one_name_are_refused():
    with pytest.raises(
        InputError, match=r"the packs metrics and profit both have the metrics \['accuracy'\]"
    ):
        evaluated(spec({"type": "profit", "metric": "accuracy"}))


@pytest.mark.parametrize("name", ["wi|dth", "a\nb", "roc_auc_low", "verdict", ""])
def test_a_metric_whose_name_cannot_be_used_is_refused(name):
    with pytest.raises(InputError, match="the pack profit has the metrics"):
        evaluated(spec({"type": "profit", "metric": name}))


@pytest.mark.parametrize("file", ["verdict.json", "a (b).html", "folder/a.html"])
def test_a_document_in_place_of_the_verdict_or_with_no_address_is_refused(file):
    with pytest.raises(InputError, match="the pack profit has the documents"):
        evaluated(spec({"type": "profit", "file": file}))


def test_what_a_pack_raises_names_it(monkeypatch):
    def explode(*_):
        raise RuntimeError("exploded")

    monkeypatch.setattr(Profit, "evaluate", explode)
    with pytest.raises(RuntimeError) as told:
        evaluated(spec("profit"))
    assert told.value.__notes__ == ["raised by the pack profit"]


def test_a_pack_that_gives_something_else_is_told(monkeypatch):
    monkeypatch.setattr(Profit, "evaluate", lambda *_: None)
    with pytest.raises(InputError, match="the pack profit gives NoneType instead of a PackResult"):
        evaluated(spec("profit"))


def test_two_packs_with_a_document_of_one_name_are_refused():
    with pytest.raises(InputError, match=r"slices and profit both have the documents \['slices"):
        evaluated(spec({"type": "profit", "file": "slices.json"}))


def test_two_packs_with_a_figure_of_one_name_are_refused():
    results = evaluated(spec({"type": "profit", "figure": "importances"}))
    record = Evaluation.model_construct(verdict=SimpleNamespace(gates=()))
    with pytest.raises(
        InputError, match="importance and the pack profit both have the figure 'imp"
    ):
        list(EvaluationResult(record, results).figures())


def test_a_training_pack_gets_the_rows_that_the_model_was_fitted_on():
    made = spec("sides")
    model, rows = fitted(made)
    held = rows.take(np.arange(50))
    predictions = model.predict(held.features)
    result = run_packs(made, model, lambda: rows, held, predictions)["sides"]
    assert result.metrics["trained_on"].value == 200
    assert result.panel() == {"sides": "50 rows"}


def shown(**tables: str) -> dict[str, Any]:
    """The tables in the panel of an evaluation whose packs have these: name by pack."""
    record = Evaluation.model_construct(
        verdict=Verdict(gates=(), model_id="", dataset_version="", code_version=""), metrics={}
    )
    packs = {it: PackResult(panel=partial(dict, {tables[it]: it})) for it in tables}
    return dict(EvaluationResult(record, packs).panel())


def test_the_panel_shows_the_tables_of_the_packs():
    assert shown(profit="won", sides="rows")["rows"] == Markdown("sides")


@pytest.mark.parametrize("name", ["won", "verdict"])
def test_two_tables_of_one_name_are_refused(name):
    with pytest.raises(InputError, match=f"and the pack sides both have the table '{name}'"):
        shown(profit="won", sides=name)


def test_the_slices_are_those_of_the_pack_slices():
    foreign = PackResult(documents={"slices.json": lambda: 5})
    assert slices_of({"profit": foreign}) == ()
    worst = {"slice": "c is a", "rows": 40, "error": 0.5, "low": 0.4, "high": 0.6, "worse_by": 0.1}
    found = PackResult(documents={"slices.json": lambda: [worst]})
    assert slices_of({"profit": foreign, "slices": found}) == (Slice(**worst),)


def test_every_pack_adds_its_results():
    results = evaluated(spec({"type": "profit", "each": 2}))
    metrics = {name for result in results.values() for name in result.metrics}
    assert {"roc_auc", "accuracy", "profit"} <= metrics
    documents = {name for result in results.values() for name in result.documents}
    assert documents == {"slices.json", "curves.json", "importances.json", "profit.json"}
    drawn = {name for result in results.values() for name in result.draw()}
    assert {"confusion_matrix", "roc_curve", "importances", "profit"} <= drawn


def test_importances_are_computed_once_and_only_where_they_are_wanted(monkeypatch):
    made, asked = spec(), []
    model, rows = fitted(made)
    importance = type(model).importance

    def counted(self, dataset: Dataset, *, seed: int) -> pd.DataFrame:
        asked.append(seed)
        return importance(self, dataset, seed=seed)

    monkeypatch.setattr(type(model), "importance", counted)
    result = run_packs(made, model, no_training, rows, model.predict(rows.features))["importance"]
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
    assert [it.run(model, no_training, rows, said, made) for it in packs] == [PackResult()] * 3


def test_the_pack_of_a_linkage_refuses_another_model():
    with pytest.raises(InputError, match="the pack linkage, and a model of the kind sklearn"):
        evaluated(spec("linkage"))


@pytest.mark.parametrize("pack", ["validation", "shap", "fairness", "calibration", "threshold"])
def test_a_pack_that_a_task_cannot_have_is_refused_when_the_file_is_loaded(pack):
    with pytest.raises(ValidationError, match=f"the pack {pack}, and .* deduplication"):
        check_packs(LifecycleSpec.model_validate({**LINKED, "packs": [pack]}))


def test_a_threshold_needs_classes():
    regression: dict[str, Any] = {**SMALL, "task": "regression", "packs": ["threshold"]}
    regression["source"] = LINKED["source"]
    regression["model"] = {"type": "sklearn", "estimator": "sklearn.linear_model.Ridge"}
    with pytest.raises(ValidationError, match="the pack threshold, and the task regression"):
        check_packs(LifecycleSpec.model_validate(regression))
