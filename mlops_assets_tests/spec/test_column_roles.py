"""The role of one column at a time."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.spec.column_roles import examine, one_to_one
from mlops_assets.spec.finding import Finding

ROWS = 300
RNG = np.random.default_rng(1)
FLIPS = pd.Series(RNG.integers(0, 2, ROWS))
AMOUNTS = pd.Series(RNG.normal(size=ROWS))
CODES = RNG.choice(10**9, ROWS, replace=False)


def found(name: str, values, ground_truth: pd.Series = FLIPS):
    return examine(pd.Series(values, name=name), ground_truth)


def labels(*choices) -> list:
    return list(RNG.choice(np.array(choices, dtype=object), ROWS))


@pytest.mark.parametrize("name", ["id", "ID", "customer_id", "customerId", "PassengerId", "userid"])
def test_identifiers_by_name(name):
    assert found(name, CODES).names_rows


@pytest.mark.parametrize("name", ["paid", "idle", "width", "population"])
def test_names_that_only_look_like_identifiers(name):
    assert found(name, labels(3, 70, 1200)).role == "numeric"


def test_different_whole_numbers_without_such_a_name_are_a_quantity():
    assert found("population", CODES).role == "numeric"


@pytest.mark.parametrize("values", [range(ROWS), RNG.permutation(ROWS) + 5000, CODES.copy()])
def test_numbers_that_count_the_rows(values):
    counted = sorted(values) if max(values) > 10**6 else values
    assert found("number of the order", counted).names_rows


def test_row_numbers_are_no_identity():
    assert found("Unnamed: 0", range(ROWS)) == Finding(None, "it numbers the rows")


def test_different_words_name_rows_and_sentences_are_text():
    assert found("mail", [f"{code}@example.org" for code in CODES]).names_rows
    assert found("note", [f"called {code} twice" for code in CODES]).role == "text"


def test_an_identifier_with_gaps_is_no_identity():
    finding = found("id", [None, *CODES[1:].astype(str)])
    assert (finding.role, finding.names_rows) == (None, False)


def test_repeated_identifiers():
    assert found("customer_id", list(range(1000, 1150)) * 2).role is None
    assert found("store_id", labels(7, 8, 12)).role == "categorical"


def test_fractions_are_never_identifiers():
    assert found("id", AMOUNTS).role == "numeric"


@pytest.mark.parametrize(
    "values",
    [
        ["2024-01-31", "2024-02-29 10:00:00", None],
        ["31/12/2024", "01/02/2023", "?"],
        ["5 Mar 2024", "7 May 2023", "11 Dec 2022"],
        ["31.12.24", "01.02.23"],
        [pd.Timestamp("2024-01-31").date(), pd.Timestamp("2023-01-31").date()],
    ],
)
def test_dates(values):
    assert found("when", labels(*values)).role == "date"


@pytest.mark.parametrize(
    "values", [["10-19", "20-29"], ["Mon", "Tue", "May"], ["1.2.3", "1.3"], ["12:30", "13:45"]]
)
def test_labels_that_a_lenient_parser_takes_for_dates(values):
    assert found("band", labels(*values)).role == "categorical"


@pytest.mark.parametrize(
    "values", [["yes", "no"], ["TRUE", "false", None], ["on", "off"], [1, 0], ["t", "f", ""]]
)
def test_booleans(values):
    assert found("flag", labels(*values)).role == "boolean"


@pytest.mark.parametrize("values", [["yes", "on"], ["M", "F"], ["yes", "no", "maybe"]])
def test_no_booleans(values):
    assert found("flag", labels(*values)).role == "categorical"


def test_long_answers_from_a_short_list_are_labels():
    answers = [f"I agree with all of the statements of group {n}" for n in range(5)]
    assert found("survey", labels(*answers)).role == "categorical"


def test_too_many_labels():
    rows = 2000
    many = [f"L{n % 1100}" for n in range(rows)]
    ground_truth = pd.Series(np.arange(rows) // 7 % 2)
    assert "1,100 distinct labels" in found("label", many, ground_truth).reason


@pytest.mark.parametrize("values", [["1,234", "56,789"], ["$5", "$ 6"], ["10 %", "20 %"]])
def test_numbers_in_text(values):
    assert found("price", labels(*values)).role == "categorical"
    different = [values[0].replace("1", str(code)) for code in CODES]
    assert found("price", different).role is None


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([[1, 2]] * ROWS, "lists"),
        (pd.to_timedelta(CODES % 97, "h"), "duration"),
        (np.where(AMOUNTS > 1, np.inf, AMOUNTS), "infinite"),
    ],
)
def test_what_no_role_fits(values, reason):
    assert reason in found("odd", values).reason


def test_a_single_label_or_nothing_is_a_label():
    assert found("member", labels("Y", None)).role == "categorical"


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float32", "int8", "category"])
def test_other_dtypes_of_numbers(dtype):
    assert found("n", pd.Series(labels(1, 2, 3)).astype("int64").astype(dtype)).role == "numeric"


@pytest.mark.parametrize(
    "copy",
    [
        FLIPS,
        FLIPS.map({0: "benign", 1: "malignant"}),
        1.0 - FLIPS,
        FLIPS.mask(FLIPS.index < 9),
        # Filled in for one label only, whatever it says.
        AMOUNTS.where(FLIPS == 1),
        pd.Series(np.where(FLIPS == 1, "Y", None)),
    ],
)
def test_copies_of_a_label(copy):
    assert "leaks the target" in found("copy", copy).reason


@pytest.mark.parametrize("copy", [AMOUNTS, AMOUNTS * 1.2 + 3, -AMOUNTS, np.exp(AMOUNTS)])
def test_copies_of_a_quantity(copy):
    assert "leaks the target" in found("copy", copy, AMOUNTS).reason


def test_another_quantity_is_no_copy():
    assert found("other", AMOUNTS.sample(frac=1, random_state=0).to_numpy(), AMOUNTS).role


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1, 1, 2], ["a", "a", "b"], True),
        ([1, 2, 2], ["a", "a", "b"], False),
        ([1, 2, 3], ["a", "a", "b"], False),
        ([1, 1, 1], ["a", "a", "b"], False),
    ],
)
def test_one_to_one(one, other, expected):
    assert one_to_one(np.array(one), np.array(other)) == expected
