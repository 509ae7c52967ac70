"""Infer the role of a column from its name and values, or the reason to leave it out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import MISSING_WORDS, as_numbers, to_boolean, to_categorical
from mlops_assets.features.dates import distant_days
from mlops_assets.features.labels import as_integers
from mlops_assets.spec.finding import Finding
from mlops_assets.spec.written_dates import date_finding

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

FEW_LABELS = 20  # this few distinct labels are categories, not free text, however long they are
MOST_LABELS = 500
LONG_WORDS, LONG_CHARACTERS = 5, 40
SAMPLE = 200
ROW_NUMBER = re.compile(r"(unnamed.*|index|row(_?(num(ber)?|names?|id))?)?", re.IGNORECASE)
COUNTS_ON = 0.9
ID_WORDS = frozenset({"id", "ids", "uuid", "guid", "identifier", "key"})
# These endings mark an identifier only if every value is unique.
ID_ENDINGS = ("id", "no", "nr", "number", "code", "account")
CODE = re.compile(r"[+-]?0\d|\d+[eE]\d+$|\+\d{7,}$")
NUMBER_IN_TEXT = re.compile(r"[-+]?[$€£]?\s*\d[\d,.' ]*\s*[%$€£]?$")


def examine(values: pd.Series, ground_truth: pd.Series) -> Finding:
    """Infer the role of the column `values` in predicting `ground_truth`.

    Both have the same index, and `ground_truth` has no missing values.
    """
    if values.dtype == object and values.dropna().head(SAMPLE).map(_is_nested).any():
        return Finding(None, "it holds lists or mappings, not single values")
    present = present_values(values)
    if present.empty:
        return Finding(None, "it has no values")
    if present.nunique() == 1:
        if len(present) == len(values):
            return Finding(None, f"it is the same in every row: {str(present.iloc[0])[:40]!r}")
        if not one_to_one(values.index.isin(present.index), ground_truth):
            return Finding("categorical")
    if repeats_target(values, present, ground_truth):
        return Finding(None, "it leaks the target, which is not available at prediction time")
    return _role(values, present)


def present_values(values: pd.Series) -> pd.Series:
    """The non-missing values: as numbers if all of them are numeric, else as they are or labels."""
    from pandas.api import types

    if types.is_bool_dtype(values) or types.is_numeric_dtype(values):
        return values.dropna()
    if types.is_datetime64_any_dtype(values) or types.is_timedelta64_dtype(values):
        return values.dropna()
    labels = to_categorical(values).dropna()
    # 007 and 1E3 are codes: converted to numbers they would become 7 and 1000.
    if labels.str.match(CODE).any() or not fits(labels, as_numbers):
        return labels
    integers = as_integers(labels)
    numbers = as_numbers(labels).dropna() if integers is None else integers
    return numbers if len(numbers) else labels


def fits(values: pd.Series, convert: Callable[[pd.Series], pd.Series]) -> bool:
    """Whether `convert` accepts every value; a sample is tried first."""
    try:
        convert(values.head(SAMPLE))
        convert(values)
    except InputError:
        return False
    return True


def one_to_one(one, other) -> bool:
    """Whether the values of `one` and `other` map one-to-one onto each other."""
    import pandas as pd

    codes, others = pd.factorize(one)[0], pd.factorize(other)[0]
    pairs = len(pd.unique(codes * (others.max() + 1) + others))
    return pairs == codes.max() + 1 == others.max() + 1


def repeats_target(values: pd.Series, present: pd.Series, ground_truth: pd.Series) -> bool:
    """Whether the column, or the mere fact that it has a value, gives the target away.

    If most target values are distinct, any column of unique values is one-to-one with the target;
    such a column counts only if it sorts the rows in the target's order, or in reverse.
    """
    from pandas.api.types import is_numeric_dtype

    if len(present) < len(values) and one_to_one(values.index.isin(present.index), ground_truth):
        return True
    shared = ground_truth.loc[present.index]
    if len(shared) < len(ground_truth) / 2 or shared.nunique() < 2:
        return False
    if shared.nunique() <= len(shared) / 2:
        return one_to_one(present, shared)
    if not is_numeric_dtype(present):
        return False
    order, target = present.rank(), shared.rank()
    return bool((order == target).all() or (order == len(order) + 1 - target).all())


def _role(values: pd.Series, present: pd.Series) -> Finding:
    from pandas.api import types

    if types.is_timedelta64_dtype(present):
        return Finding(None, "it is a duration; convert it to a number, such as days")
    if types.is_datetime64_any_dtype(present):
        return Finding("date", missing_dates=tuple(distant_days(present)))
    if types.is_bool_dtype(present) or is_yes_or_no(present):
        return Finding("boolean")
    complete = len(present) == len(values)
    if types.is_numeric_dtype(present):
        return _number_role(str(values.name), present, complete)
    known = present[~present.str.strip().str.lower().isin(MISSING_WORDS)]
    dates = date_finding(values, known) if len(known) else None
    return dates or _label_role(str(values.name), present, complete)


def _number_role(name: str, present: pd.Series, complete: bool) -> Finding:
    """A quantity, unless whole numbers enumerate the rows or are named like an identifier."""
    if present.abs().max() == float("inf"):
        return Finding(None, "it has infinite values; replace them with missing values")
    whole = bool(present.mod(1).eq(0).all())
    if whole and present.is_unique and (_named_like_row(name) or _enumerates_rows(present)):
        return _identifier(name, present, complete)
    if whole and ROW_NUMBER.fullmatch(name) and _counts_rows(present):
        return Finding(None, "it numbers the rows")
    if whole and _named_like_id(name):
        if present.nunique() <= min(MOST_LABELS // 10, len(present) / 2):
            return Finding("categorical")
        return _identifier(name, present, complete)
    return Finding("numeric")


def _label_role(name: str, present: pd.Series, complete: bool) -> Finding:
    distinct, share = present.nunique(), present.nunique() / len(present)
    words = present.str.count(r"\S+")
    wordy = words.mean() >= LONG_WORDS or present.str.len().mean() > LONG_CHARACTERS
    several = (words > 1).mean() >= 0.5
    if share <= 0.5 and distinct <= (FEW_LABELS if wordy and several else MOST_LABELS):
        return Finding("categorical")
    if present.head(SAMPLE).str.fullmatch(NUMBER_IN_TEXT).all():
        example = present.iloc[0]
        return Finding(None, f"its numbers are written as text, such as {example!r}")
    if share > 0.5 and _named_like_id(name):
        return _identifier(name, present, complete)
    if several:
        return Finding("text")
    if share > 0.9:
        return _identifier(name, present, complete)
    if distinct > MOST_LABELS:
        return Finding(None, f"it has {distinct:,} distinct labels, too many to learn from")
    return Finding("categorical")


def _identifier(name: str, present: pd.Series, complete: bool) -> Finding:
    if present.is_unique and ROW_NUMBER.fullmatch(name):
        return Finding(None, "it numbers the rows")
    if present.is_unique:
        return Finding(None, "it identifies the rows: every value is unique", complete)
    return Finding(None, f"it looks like an identifier: {present.nunique():,} distinct values")


def _named_like_id(name: str) -> bool:
    """Whether the name reads like id, customer_id, customerID, id_customer, uuid or order key."""
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
    return bool(words) and (words[0] == "id" or words[-1] in ID_WORDS)


def _named_like_row(name: str) -> bool:
    """Whether the name, for a column of unique whole numbers, suggests an identifier."""
    ending = name.lower().endswith(ID_ENDINGS)
    return bool(ending or _named_like_id(name) or ROW_NUMBER.fullmatch(name))


def _enumerates_rows(present: pd.Series) -> bool:
    """Whether the numbers increase from row to row, or nearly fill their range."""
    fills = float(present.max()) - float(present.min()) < 2 * len(present)
    return bool(fills or present.is_monotonic_increasing)


def _counts_rows(present: pd.Series) -> bool:
    """Whether nearly every number is one more than that of the row above: it may begin again."""
    return bool((present.diff().iloc[1:] == 1).mean() > COUNTS_ON)


def is_yes_or_no(present: pd.Series) -> bool:
    """Whether the values are a few words for yes and for no, and nothing else."""
    return (
        present.nunique() <= 6 and fits(present, to_boolean) and to_boolean(present).nunique() == 2
    )


def _is_nested(value: object) -> bool:
    return isinstance(value, (list, tuple, dict, set)) or hasattr(value, "__array__")
