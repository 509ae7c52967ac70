"""The packs `errors` and `slices`: patterns, confirmed slices and masked rows."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.personal_data import MASK
from mlops_assets.evaluation.packs.errors import Errors
from mlops_assets.evaluation.packs.slices import FILE, Slices
from mlops_assets.evaluation.records import Slice
from mlops_assets.evaluation.slices import worst_slices
from mlops_assets.evaluation.tables import NO_SLICE, slice_table
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.metrics.metric import written
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets_tests.world import SMALL

PLANTED = "c = a and d = b"
COLUMNS = {"numeric": ["x", "secret"], "categorical": ["c", "d"]}


def spec(**given: Any) -> LifecycleSpec:
    source = {"type": "csv", "path": "table.csv"}
    given = {"columns": COLUMNS, "personal": ["secret"], **given}
    return LifecycleSpec.model_validate({**SMALL, "source": source, **given})


def rows_of(rate: float, rows: int = 1_500) -> tuple[Dataset, pd.DataFrame]:
    """Rows of two classes, of which every tenth is wrong, and this `rate` in a planted slice."""
    rng = np.random.default_rng(0)
    features = pd.DataFrame(
        {
            "x": rng.normal(size=rows),
            "secret": np.full(rows, 123456.0),
            "c": rng.choice(list("abc"), rows),
            "d": rng.choice(list("abc"), rows),
        }
    )
    features.loc[0, "c"] = "<i>rare"
    bad = (features["c"] == "a") & (features["d"] == "b")
    true = rng.integers(0, 2, rows)
    wrong = rng.random(rows) < np.where(bad, rate, 0.1)
    wrong[0] = True
    probability = np.where(wrong ^ (true == 1), 0.9, 0.1)
    probability[0] = 1.0 - true[0]
    predictions = pd.DataFrame({"prediction": (probability > 0.5).astype(int)})
    predictions["probability_0"], predictions["probability_1"] = 1 - probability, probability
    return Dataset(features, Columns(**COLUMNS), pd.Series(true)), predictions


def page_of(rate: float) -> str:
    return Errors().judge(*rows_of(rate), spec()).documents["error_analysis.html"]()


def test_the_page_has_patterns_slices_and_the_worst_mistakes():
    page = page_of(0.5)
    dataset, predictions = rows_of(0.5)
    wrong = (predictions["prediction"] == 0) & (dataset.known_target() == 1)
    assert f'<th>1 predicted as 0</th><td class="number">{wrong.sum()}</td>' in page
    assert f"<th>{PLANTED}</th>" in page
    assert page.count(">not confirmed</td>") < page.count("confirmed</td>")


def test_a_mistake_has_its_values_in_one_cell_so_any_number_of_columns_fits():
    page = page_of(0.5)
    head = page[page.index("<caption>The worst") :].split("</thead>")[0]
    assert re.findall("<th>(.*?)</th>", head)[:3] == ["row", "ground truth", "predicted"]
    assert head.count("<th>") == 5
    first = re.findall('<td class="values">(.*?)</td>', page)[0]
    assert [name for name in rows_of(0.5)[0].features if f"<b>{name}</b>" not in first] == []


def test_what_identifies_a_person_is_masked_and_nothing_is_markup():
    page = page_of(0.5)
    assert MASK in page
    assert "123456" not in page
    assert "rare" not in page


def test_the_panel_has_the_patterns_and_how_many_slices_are_worse():
    shown = Errors().judge(*rows_of(0.5), spec()).panel()["errors"]
    assert "| 1 predicted as 0 |" in shown
    assert "slices by one and two columns confirmed to be worse." in shown
    assert not shown.endswith("0 of")
    assert len(shown) < 1_000


def test_a_model_without_errors_has_an_empty_page():
    dataset, predictions = rows_of(0.5)
    right = dataset.with_target(predictions["prediction"])
    result = Errors().judge(right, predictions, spec())
    assert "No row has an error." in result.documents["error_analysis.html"]()
    assert "There are no errors" in result.panel()["errors"]


def test_a_pattern_of_classes_is_a_share_of_the_true_class():
    dataset, predictions = rows_of(0.1)
    first, *_ = CLASSIFICATION.error_patterns(dataset, predictions)
    wrong, true = first.rows, int(first.pattern[0])
    assert first.value == pytest.approx(wrong / (dataset.known_target() == true).sum())
    assert 0 < first.low < first.value < first.high < 1


def test_a_pattern_of_numbers_is_the_mean_residual_of_a_quarter():
    rng = np.random.default_rng(0)
    predicted = pd.Series(np.arange(400.0))
    true = predicted + rng.normal(size=400) + 5 * (predicted >= 300)
    dataset = Dataset(pd.DataFrame(index=predicted.index), Columns(), true)
    *_, last = REGRESSION.error_patterns(dataset, predicted.to_frame("prediction"))
    own = (true - predicted)[300:]
    assert (last.rows, last.pattern) == (100, "predicted 299.2 to 399")
    assert last.value == pytest.approx(own.mean())
    assert last.high == pytest.approx(own.mean() + 1.96 * own.sem())


def test_the_mean_residual_of_a_single_row_is_its_own_without_an_interval():
    predicted = pd.Series([0.0, 1.0, 2.0, 3.0])
    dataset = Dataset(pd.DataFrame(index=predicted.index), Columns(), predicted + 0.25)
    found = REGRESSION.error_patterns(dataset, predicted.to_frame("prediction"))
    assert [it.value for it in found] == [0.25] * 4
    assert np.isnan([it.low for it in found]).all()


def test_the_slices_by_single_columns_are_as_they_were():
    dataset, predictions = rows_of(0.5)
    given = Slices().judge(dataset, predictions, spec()).documents[FILE]()
    assert given == worst_slices(dataset, predictions, CLASSIFICATION).to_dict("records")
    assert all(Slice.model_validate(it).p_value is None for it in given)


def test_slices_by_two_columns_are_shown_if_they_are_confirmed():
    pack = Slices.model_validate({"columns": 2})
    for rate in (0.5, 0.1):
        dataset, predictions = rows_of(rate)
        given = pack.judge(dataset, predictions, spec()).documents[FILE]()
        first, *others = map(Slice.model_validate, given)
        assert others
        assert (first.slice == PLANTED) == first.is_worse == (rate == 0.5)
        shown = slice_table([first, *others])
        cells = f"| {PLANTED} | {first.rows} | {written(first.error, first.low, first.high)[0]} |"
        assert (cells in shown) == (rate == 0.5)
        assert (shown == NO_SLICE) == (rate == 0.1)
