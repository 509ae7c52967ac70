"""The groups of a sensitive column."""

import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.evaluation.fairness.groups import MISSING, RARE, groups_of


def column(*labels: tuple[str | None, int]) -> pd.Series:
    values = [label for label, rows in labels for _ in range(rows)]
    return pd.Series(values, name="gender", dtype=object)


def test_the_largest_group_comes_first_and_is_the_reference():
    groups = groups_of(column(("f", 20), ("m", 30), (None, 10)))
    assert groups.names == ("m", "f", MISSING)
    assert groups.sizes().tolist() == [30, 20, 10]
    assert groups.reference == 0


def test_another_reference_can_be_named():
    assert groups_of(column(("f", 20), ("m", 30)), reference="f").reference == 1


def test_a_reference_that_is_not_there_is_refused():
    with pytest.raises(InputError, match=r"'male' of 'gender' is not among \['m', 'f'\]"):
        groups_of(column(("f", 20), ("m", 30)), reference="male")


def test_labels_that_could_identify_someone_are_one_group():
    groups = groups_of(column(("f", 20), ("countess", 4), ("m", 30), ("duke", 4)))
    assert groups.names == ("m", "f", RARE)
    assert groups.sizes().tolist() == [30, 20, 8]


def test_numbers_are_divided_into_bands():
    ages = column(("29", 5), ("30", 6), ("49.5", 7), ("50", 8), (None, 9))
    groups = groups_of(ages, bands=[50, 30])
    sizes = dict(zip(groups.names, groups.sizes().tolist(), strict=True))
    assert sizes == {"< 30": 5, "30 to < 50": 13, "≥ 50": 8, MISSING: 9}


def test_bands_of_words_are_refused():
    with pytest.raises(InputError, match="numbers"):
        groups_of(column(("f", 20), ("m", 30)), bands=[30])
