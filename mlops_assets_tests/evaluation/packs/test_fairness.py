"""The pack `fairness`: its metrics can be gated, and its page, picture and table are right."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.evaluation.gates import NoChampion, judge
from mlops_assets.evaluation.packs.fairness import Fairness
from mlops_assets.evaluation.packs.registry import check_packs, packs_of
from mlops_assets.kinds.base import PackResult
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets_tests.evaluation.fairness.people import people
from mlops_assets_tests.pictures import collisions, least_width, size
from mlops_assets_tests.world import SMALL

PARITY = "statistical_parity_difference"
EVIL = "<script>alert(1)</script> | `x`"
Given = tuple[Any, pd.DataFrame]


def spec(*, sensitive: tuple[str, ...] = ("gender",), **given: Any) -> LifecycleSpec:
    source = {"type": "csv", "path": "table.csv"}
    context = {"context": {"sensitive": list(sensitive)}} if sensitive else {}
    return LifecycleSpec.model_validate({**SMALL, "source": source, **context, **given})


def by(dataset, *columns: str):
    """The same rows with these sensitive columns."""
    context, roles = dataset.context[list(columns)], {"sensitive": columns}
    return type(dataset)(dataset.features, dataset.columns, dataset.target, context, roles)


def judged(given: Given, columns: tuple[str, ...] = ("gender",), **settings: Any) -> PackResult:
    dataset, predictions = given
    pack = Fairness.model_validate(settings)
    return pack.evaluate(None, by(dataset, *columns), predictions, spec(sensitive=columns))  # type: ignore


def test_a_biased_model_fails_the_gate_that_a_fair_one_passes():
    gates = spec(gates={PARITY: {"max": 0.1}}).gates
    for bias, passes in ((0.0, True), (1.0, False)):
        metrics = judged(people(4_000, bias=bias)).metrics
        results = judge(gates, metrics, NoChampion(), task=spec().task)
        assert results[0].passed == passes, results[0]


def test_a_gate_fails_if_a_column_cannot_be_judged():
    dataset, predictions = people()
    alone = dataset.take((dataset.context["gender"] == "male").to_numpy())
    gates = spec(gates={PARITY: {"max": 0.1}}).gates
    metrics = judged((alone, predictions.loc[alone.features.index])).metrics
    result, _ = judge(gates, metrics, NoChampion(), task=spec().task)
    assert (result.passed, result.reason) == (False, "undefined on this holdout (NaN)")


def test_each_of_several_columns_can_be_gated():
    columns = ("gender", "age")
    metrics = judged(people(bias=1.0), columns, bands={"age": [30, 50]}).metrics
    gated = spec(gates={f"{PARITY}/age": {"max": 0.2}, f"{PARITY}/gender": {"max": 0.1}}).gates
    results = judge(gated, metrics, NoChampion(), task=spec().task)
    assert [it.passed for it in results] == [True, False, True]


def test_the_document_has_every_metric_of_every_group():
    given = people(bias=1.0)
    document = json.loads(json.dumps(judged(given).documents["fairness.json"]()))
    women = next(it for it in document["groups"] if it["group"] == "female")
    rows = (given[0].context["gender"] == "female").to_numpy()
    expected = spec().task.metrics(given[0].take(rows), given[1][rows], resamples=200)
    assert women["rows"] == rows.sum()
    assert women["metrics"] == {name: it.model_dump() for name, it in expected.items()}
    assert [it["name"].split("_")[0] for it in document["differences"]] == [
        "statistical",
        "equal",
        "predictive",
    ]


def test_the_page_says_which_groups_differ_and_which_are_too_small():
    page = judged(people(bias=1.0)).documents["fairness_report.html"]()
    assert "differ by more than chance explains: gender (statistical parity)" in page
    assert "Fewer than 30 rows of gender diverse, so it is not judged by: " in page
    assert "male <span" in page
    fair = judged(people()).documents["fairness_report.html"]()
    assert "No group differs from the others by more than chance explains." in fair


def test_the_panel_fits_a_page_of_dagster():
    columns = ("gender", "age")
    shown = judged(people(bias=1.0), columns, bands={"age": [30, 50]}).panel()["fairness"]
    assert least_width(shown) <= 57
    assert "| selection_rate by gender |" in shown


def test_labels_are_never_markup():
    dataset, predictions = people()
    context = dataset.context.replace({"gender": {"female": EVIL}})
    evil = type(dataset)(dataset.features, dataset.columns, dataset.target, context)
    result = judged((evil, predictions))
    assert "<script>" not in result.documents["fairness_report.html"]()
    assert "<script>" not in result.panel()["fairness"]
    assert "&lt;script&gt;" in result.documents["fairness_report.html"]()


@pytest.mark.parametrize("groups", [1, 60])
def test_the_picture_and_the_table_fit_any_number_of_groups(groups):
    dataset, predictions = people(2_000)
    label = np.array([f"{'long ' * 5}{it}" for it in range(groups)])
    context = dataset.context.assign(gender=label[np.arange(2_000) % groups])
    many = type(dataset)(dataset.features, dataset.columns, dataset.target, context)
    result = judged((many, predictions))
    assert len(result.panel()["fairness"]) < 1_000
    figure = result.draw()["fairness_metrics"]
    assert size(figure)[0] == 702
    assert collisions(figure) == []
    assert "smaller groups are in" in result.documents["fairness_report.html"]() or groups == 1


def test_the_reference_is_named_as_the_data_spell_it():
    dataset, predictions = people()
    context = dataset.context.assign(gender=(dataset.context["gender"] == "female").astype(str))
    flags = type(dataset)(dataset.features, dataset.columns, dataset.target, context)
    result = judged((flags, predictions), reference={"gender": True})
    assert result.documents["fairness.json"]()["differences"][0]["reference"] == "True"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sensitive": (), "packs": ["fairness"]}, "the pack fairness, and no sensitive column"),
        (
            {"packs": [{"type": "fairness", "reference": {"gendr": "m"}}]},
            "has settings for 'gendr'; the nearest name is 'gender'",
        ),
        ({"packs": [{"type": "fairness", "bands": {"gender": []}}]}, "no numbers in `bands`"),
    ],
)
def test_what_the_pack_needs_is_asked_when_the_file_is_loaded(given, said):
    with pytest.raises(ValidationError, match=said):
        check_packs(spec(**given))


def test_without_a_sensitive_column_an_older_version_cannot_be_evaluated():
    dataset, predictions = people()
    with pytest.raises(InputError, match="no sensitive column"):
        Fairness().judge(dataset, predictions, spec(sensitive=()))


def test_a_task_that_compares_nothing_is_refused():
    dataset, predictions = people()
    linked = spec().model_copy(update={"task": DEDUPLICATION})
    with pytest.raises(InputError, match="the pack fairness, and the task deduplication"):
        Fairness().judge(dataset, predictions, linked)


def test_it_is_asked_for_by_name():
    assert packs_of(spec(packs=["fairness"]))[-1] == Fairness()
