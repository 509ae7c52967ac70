"""What a model has linked is kept with the records, for each thread its own, and no longer."""

import copy
import gc
import pickle
import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pandas as pd
import pytest

from mlops_assets.kinds.fellegi_sunter import linking
from mlops_assets.kinds.fellegi_sunter.model import FellegiSunterModel


class Linked:
    """What stands for the pairs of some records."""

    def __init__(self, rows: int) -> None:
        self.rows = rows


@pytest.fixture
def linked(monkeypatch) -> list[int]:
    """The numbers of records that were linked, one after the other."""
    calls = []

    def link(_: Any, features: pd.DataFrame) -> Linked:
        calls.append(len(features))
        return Linked(len(features))

    monkeypatch.setattr(linking, "link", link)
    return calls


@pytest.fixture
def model() -> FellegiSunterModel:
    nothing: Any = None
    return FellegiSunterModel(nothing)


def records(rows: int) -> pd.DataFrame:
    return pd.DataFrame({"name": ["a"] * rows})


def test_the_same_records_are_linked_once_whatever_is_linked_between(model, linked):
    one, other = records(1), records(2)
    first = model.linked(one)
    assert model.linked(other) is not first
    assert model.linked(one) is first
    assert linked == [1, 2]


def test_it_is_gone_with_the_records(model, linked):
    one = records(1)
    found = weakref.ref(model.linked(one))
    assert found() is not None
    del one
    gc.collect()
    assert found() is None
    assert model._kept == {}


def test_each_thread_gets_the_pairs_of_its_own_records(model, monkeypatch):
    together = Barrier(2)

    def link(_: Any, features: pd.DataFrame) -> Linked:
        together.wait(10)  # both are linked before either is returned
        return Linked(len(features))

    monkeypatch.setattr(linking, "link", link)
    tables = [records(1), records(2)]
    for _ in range(20):
        with ThreadPoolExecutor(2) as pool:
            found: list[Any] = list(pool.map(model.linked, tables))
        assert [it.rows for it in found] == [1, 2]
        tables = [table.copy() for table in tables]


def pickled(model: FellegiSunterModel) -> FellegiSunterModel:
    return pickle.loads(pickle.dumps(model))  # noqa: S301


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_has_linked_nothing_yet(model, linked, copied):
    one = records(1)
    model.linked(one)
    other = copied(model)
    assert other == model
    assert other._kept == {}
    other.linked(one)
    assert linked == [1, 1]
