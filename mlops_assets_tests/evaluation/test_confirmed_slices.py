"""A planted bad slice comes first and is confirmed; without one, hardly ever is any."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from mlops_assets.evaluation.confirmed_slices import Search, find_slices
from mlops_assets.evaluation.slice_search import MOST
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION

LETTERS, NUMBERS = [f"c{i}" for i in range(4)], [f"x{i}" for i in range(4)]
COLUMNS = Columns(categorical=LETTERS, numeric=NUMBERS)
PLANTED = "c0 = a and c1 = b"


def rows_of(seed: int, rows: int, letters: list[str] = LETTERS, numbers: list[str] = NUMBERS):
    rng = np.random.default_rng(seed)
    drawn = {name: rng.choice(list("abcd"), rows) for name in letters}
    drawn |= {name: rng.normal(size=rows) for name in numbers}
    columns = Columns(categorical=letters, numeric=numbers)
    return Dataset(pd.DataFrame(drawn), columns, pd.Series(0, range(rows))), rng


def planted(dataset: Dataset) -> np.ndarray:
    return ((dataset.features["c0"] == "a") & (dataset.features["c1"] == "b")).to_numpy()


@cache
def found(seed: int, *, rate: float, rows: int = 2_000) -> Search:
    """A search where every tenth row is wrong, and in the planted slice this `rate`."""
    dataset, rng = rows_of(seed, rows)
    wrong = rng.random(rows) < np.where(planted(dataset), rate, 0.1)
    predictions = pd.DataFrame({"prediction": wrong.astype(int)})
    return find_slices(dataset, predictions, CLASSIFICATION, seed=seed)


def found_of_numbers(seed: int, *, factor: float, rows: int = 2_000) -> Search:
    """A search among skewed errors, which are `factor` times as large in the planted slice."""
    dataset, rng = rows_of(seed, rows)
    error = rng.exponential(size=rows) * np.where(planted(dataset), factor, 1.0)
    return find_slices(dataset, pd.DataFrame({"prediction": error}), REGRESSION, seed=seed)


def test_a_planted_slice_of_two_columns_comes_first_in_each_of_20_samples():
    searches = [found(seed, rate=0.45) for seed in range(20)]
    assert [it.slices[0].slice for it in searches] == [PLANTED] * 20
    assert all(it.slices[0].is_worse for it in searches)


def test_and_so_it_does_among_numbers():
    searches = [found_of_numbers(seed, factor=3.0) for seed in range(10)]
    assert [it.slices[0].slice for it in searches] == [PLANTED] * 10
    assert all(it.slices[0].is_worse for it in searches)


@pytest.mark.statistics
@pytest.mark.parametrize("search", [found, found_of_numbers])
def test_without_a_bad_slice_five_percent_of_the_searches_confirm_one_at_most(search):
    fair = {"rate": 0.1} if search is found else {"factor": 1.0}
    called = sum(bool(search(seed, **fair, rows=500).confirmed) for seed in range(200))
    assert called <= 200 * 0.05 + 2 * (200 * 0.05 * 0.95) ** 0.5


def test_without_a_bad_slice_one_of_20_searches_confirms_one_at_most():
    assert sum(bool(found(seed, rate=0.1).confirmed) for seed in range(20)) <= 1


def test_what_is_measured_is_measured_on_the_other_half():
    """The luckiest of a thousand slices has no more errors than others where it is not chosen."""
    searches = [found(seed, rate=0.1) for seed in range(20)]
    errors = [it.error for search in searches for it in search.slices]
    assert np.mean(errors) == pytest.approx(0.1, abs=0.01)
    assert all(it.looked_at > 400 for it in searches)


def test_a_slice_is_measured_exactly():
    dataset, rng = rows_of(1, 2_000)
    wrong = rng.random(2_000) < np.where(planted(dataset), 0.5, 0.05)
    predictions = pd.DataFrame({"prediction": wrong.astype(int)})
    first = find_slices(dataset, predictions, CLASSIFICATION, seed=3).slices[0]
    half = np.array_split(np.random.default_rng(3).permutation(2_000), 2)[1]
    inside = half[planted(dataset)[half]]
    assert (first.slice, first.rows) == (PLANTED, len(inside))
    assert first.error == pytest.approx(wrong[inside].mean())
    assert first.low < first.error < first.high
    assert first.worse_by == pytest.approx(first.low - wrong[half].mean())


def test_at_most_ten_are_tested_and_none_is_mostly_another():
    dataset, rng = rows_of(0, 2_000)
    twin = dataset.features.assign(twin=dataset.features["c0"])
    columns = COLUMNS.joined(Columns(categorical=["twin"]))
    rows = Dataset(twin, columns, dataset.target)
    wrong = rng.random(2_000) < np.where(planted(dataset), 0.5, 0.1)
    predictions = pd.DataFrame({"prediction": wrong.astype(int)})
    names = [it.slice for it in find_slices(rows, predictions, CLASSIFICATION, seed=0).slices]
    assert len(names) == MOST
    assert len({name.replace("twin", "c0") for name in names}) == MOST


@pytest.mark.parametrize("rows", [0, 1, 40])
def test_few_rows_have_no_slices(rows):
    dataset, _ = rows_of(0, rows)
    predictions = pd.DataFrame({"prediction": np.ones(rows, dtype=int)})
    assert find_slices(dataset, predictions, CLASSIFICATION, seed=0) == Search((), 0)


def test_without_errors_nothing_is_worse():
    dataset, _ = rows_of(0, 500)
    predictions = pd.DataFrame({"prediction": np.zeros(500, dtype=int)})
    assert find_slices(dataset, predictions, CLASSIFICATION, seed=0).slices == ()


def test_a_column_of_many_labels_has_none_that_is_large_enough():
    dataset, _ = rows_of(0, 500, letters=[], numbers=["x0"])
    named = dataset.features.assign(name=[f"n{i}" for i in range(500)])
    rows = Dataset(named, Columns(numeric=["x0"], categorical=["name"]), dataset.target)
    predictions = pd.DataFrame({"prediction": [0, 1] * 250})
    search = find_slices(rows, predictions, CLASSIFICATION, seed=0)
    assert search.looked_at == 4
