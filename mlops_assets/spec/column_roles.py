"""Infer the role of a column from its name and values, or why it is better left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Role, as_numbers, to_boolean, to_categorical, to_date

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

FEW_LABELS = 20  # so many labels are no free text, however long they are
MOST_LABELS = 500
LONG_WORDS, LONG_CHARACTERS = 5, 40
SAMPLE = 200
ROW_NUMBER = re.compile(r"(unnamed.*|index|row(_?(num(ber)?|names?|id))?)?", re.IGNORECASE)
ID_WORDS = frozenset({"id", "ids", "uuid", "guid", "identifier", "key"})
# These say so only where every row has a value of its own.
ID_ENDINGS = ("id", "no", "nr", "number", "code", "account")
DATE_SHAPE = re.compile(
    r"\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}[/]\d{1,2}[/]\d{2}\b"
    r"|.*\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b.*\d{4})",
    re.IGNORECASE,
)
NUMBER_IN_TEXT = re.compile(r"[-+]?[$€£]?\s*\d[\d,.' ]*\s*[%$€£]?$")


class Finding(NamedTuple):
    """A column's role; None where it is left out, with the reason."""

    role: Role | None
    reason: str = ""
    names_rows: bool = False
    """Every row has a value of its own, so that the column can be the identity."""


def examine(values: pd.Series, ground_truth: pd.Series) -> Finding:
    """The role of the column `values` for predicting `ground_truth`; same index, no gaps."""
    if values.dtype == object and values.dropna().head(SAMPLE).map(_is_nested).any():
        return Finding(None, "it holds lists or mappings, not single values")
    known = known_values(values)
    if known.empty:
        return Finding(None, "it has no values")
    if known.nunique() == 1:
        if len(known) == len(values):
            return Finding(None, f"it is the same in every row: {str(known.iloc[0])[:40]!r}")
        if not one_to_one(values.index.isin(known.index), ground_truth):
            return Finding("categorical")
    if repeats_target(values, known, ground_truth):
        return Finding(None, "it repeats the target, which nobody knows when predicting")
    return _role(values, known)


def known_values(values: pd.Series) -> pd.Series:
    """The values that are there: numbers where all are numbers, else as they are or as labels."""
    from pandas.api import types

    if types.is_bool_dtype(values) or types.is_numeric_dtype(values):
        return values.dropna()
    if types.is_datetime64_any_dtype(values) or types.is_timedelta64_dtype(values):
        return values.dropna()
    labels = to_categorical(values).dropna()
    # 007 is a code: as a number it would be 7.
    if not labels.str.match(r"0\d").any() and fits(labels, as_numbers):
        return as_numbers(labels)
    return labels


def fits(values: pd.Series, convert: Callable[[pd.Series], pd.Series]) -> bool:
    """True where `convert` takes every value; a few are tried before all."""
    try:
        convert(values.head(SAMPLE))
        convert(values)
    except InputError:
        return False
    return True


def one_to_one(one, other) -> bool:
    """True where each value of `one` goes with one value of `other`, and the reverse."""
    import pandas as pd

    codes, others = pd.factorize(one)[0], pd.factorize(other)[0]
    pairs = len(pd.unique(codes * (others.max() + 1) + others))
    return pairs == codes.max() + 1 == others.max() + 1


def repeats_target(values: pd.Series, known: pd.Series, ground_truth: pd.Series) -> bool:
    """True where the column, or its being filled in at all, gives the target away.

    Where most targets differ, any column without repetitions is one-to-one with it; there the
    order has to be the target's, or its reverse.
    """
    from pandas.api.types import is_numeric_dtype

    if len(known) < len(values) and one_to_one(values.index.isin(known.index), ground_truth):
        return True
    shared = ground_truth.loc[known.index]
    if len(shared) < len(ground_truth) / 2 or shared.nunique() < 2:
        return False
    if shared.nunique() <= len(shared) / 2:
        return one_to_one(known, shared)
    if not is_numeric_dtype(known):
        return False
    order, target = known.rank(), shared.rank()
    return bool((order == target).all() or (order == len(order) + 1 - target).all())


def _role(values: pd.Series, known: pd.Series) -> Finding:
    from pandas.api import types

    if types.is_timedelta64_dtype(known):
        return Finding(None, "it is a duration; write it as a number, such as days")
    if types.is_datetime64_any_dtype(known):
        return Finding("date")
    if types.is_bool_dtype(known) or _is_yes_or_no(known):
        return Finding("boolean")
    complete = len(known) == len(values)
    if types.is_numeric_dtype(known):
        return _number_role(str(values.name), known, complete)
    if known.head(SAMPLE).str.match(DATE_SHAPE).all() and fits(known, to_date):
        return Finding("date")
    return _label_role(str(values.name), known, complete)


def _number_role(name: str, known: pd.Series, complete: bool) -> Finding:
    """A quantity, unless whole numbers count the rows through or are named like an identifier."""
    if known.abs().max() == float("inf"):
        return Finding(None, "it has infinite values; write them as missing")
    whole = bool(known.mod(1).eq(0).all())
    if whole and known.is_unique and (_named_like_row(name) or _counts_through(known)):
        return _identifier(name, known, complete)
    if whole and _named_like_id(name):
        if known.nunique() <= min(MOST_LABELS // 10, len(known) / 2):
            return Finding("categorical")
        return _identifier(name, known, complete)
    return Finding("numeric")


def _label_role(name: str, known: pd.Series, complete: bool) -> Finding:
    distinct, share = known.nunique(), known.nunique() / len(known)
    words = known.str.count(r"\S+")
    wordy = words.mean() >= LONG_WORDS or known.str.len().mean() > LONG_CHARACTERS
    several = (words > 1).mean() >= 0.5
    if share <= 0.5 and distinct <= (FEW_LABELS if wordy and several else MOST_LABELS):
        return Finding("categorical")
    if known.head(SAMPLE).str.fullmatch(NUMBER_IN_TEXT).all():
        example = known.iloc[0]
        return Finding(None, f"its numbers are written as text, such as {example!r}")
    if share > 0.5 and _named_like_id(name):
        return _identifier(name, known, complete)
    if several:
        return Finding("text")
    if share > 0.9:
        return _identifier(name, known, complete)
    if distinct > MOST_LABELS:
        return Finding(None, f"it has {distinct:,} different labels, too many to learn from")
    return Finding("categorical")


def _identifier(name: str, known: pd.Series, complete: bool) -> Finding:
    if known.is_unique and ROW_NUMBER.fullmatch(name):
        return Finding(None, "it numbers the rows")
    if known.is_unique:
        return Finding(None, "it names the rows: each has a value of its own", complete)
    return Finding(None, f"it looks like an identifier: {known.nunique():,} different values")


def _named_like_id(name: str) -> bool:
    """True for id, customer_id, customerID, id_customer, uuid and order key."""
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
    return bool(words) and (words[0] == "id" or words[-1] in ID_WORDS)


def _named_like_row(name: str) -> bool:
    """True for a name that, above different whole numbers, means an identifier."""
    ending = name.lower().endswith(ID_ENDINGS)
    return bool(ending or _named_like_id(name) or ROW_NUMBER.fullmatch(name))


def _counts_through(known: pd.Series) -> bool:
    """True for numbers that rise from row to row, or that nearly fill their range."""
    fills = float(known.max()) - float(known.min()) < 2 * len(known)
    return bool(fills or known.is_monotonic_increasing)


def _is_yes_or_no(known: pd.Series) -> bool:
    return known.nunique() <= 6 and fits(known, to_boolean) and to_boolean(known).nunique() == 2


def _is_nested(value: object) -> bool:
    return isinstance(value, (list, tuple, dict, set)) or hasattr(value, "__array__")
