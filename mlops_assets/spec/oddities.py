"""What looks wrong in a user's table, and must be asked or shown before a model is proposed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.columns import to_categorical
from mlops_assets.spec.column_roles import NUMBER_IN_TEXT, is_yes_or_no, present_values
from mlops_assets.tasks.inference import MOST_CODES, ROWS_A_CODE

if TYPE_CHECKING:
    import pandas as pd

NEARLY_ALL = 0.9
FEWEST_ROWS, MOST_ODD = 20, 3
TINY_OR_HUGE = r"[-+]?\d+\.\d*[eE][-+]?\d+"
CODE = r"0\d+"  # 007 is no number
TOTAL = re.compile(
    r"\s*((grand |sub)?totals?|sum|(gesamt)?summe|gesamt|insgesamt|somme|totale)\s*:?\s*", re.I
)


def require_no_total(table: pd.DataFrame) -> None:
    """Raise `InputError` if the last row is a total: it has a word for it, and no other row has."""
    for position, value in enumerate(table.iloc[-1]):
        is_total = isinstance(value, str) and TOTAL.fullmatch(value)
        if is_total and not (table.iloc[:-1, position] == value).any():
            raise InputError(
                seen=f"the last row has {value!r} in {str(table.columns[position])!r}, like a "
                "total of the others",
                expected="rows of the same kind",
                todo="remove that line from the file, or leave it out in a query",
            )


def require_no_numbers_in_text(target: pd.Series) -> None:
    """Raise `InputError` if a target has labels, most of which are numbers, and many different."""
    from pandas.api import types

    if types.is_bool_dtype(target) or types.is_numeric_dtype(target) or _are_codes(target):
        return
    are_numbers = target.astype(str).str.fullmatch(NUMBER_IN_TEXT)
    if are_numbers.mean() < NEARLY_ALL or target.astype(str).str.fullmatch(CODE).any():
        return
    others = target[~are_numbers].unique().tolist()[:MOST_ODD]
    raise InputError(
        seen=f"the target {target.name!r} has numbers as text, such as "
        f"{target[are_numbers].iloc[0]!r}{f', and other text, such as {others}' if others else ''}",
        expected="plain numbers for a regression, or labels for a classification",
        todo="write plain numbers in the source, and nothing where there is none; or give "
        "`--task classification` if they are labels",
    )


def _are_codes(labels: pd.Series) -> bool:
    return labels.nunique() <= min(MOST_CODES, len(labels) / ROWS_A_CODE)


def odd_values(values: pd.Series) -> str:
    """What is odd about the values of a column, as a sentence about it; empty if nothing is."""
    from pandas.api import types

    if types.is_numeric_dtype(values) and values.nunique() > 2 + MOST_ODD:
        return ""
    labels = to_categorical(present_values(values))
    counts = labels.value_counts()
    if len(labels) < FEWEST_ROWS:
        return ""
    if single := _single_flags(labels, counts):
        return f"is yes or no, and has {_listed(single)} only once: correct it if it is a mistake"
    if words := _words_among_numbers(labels, counts):
        return (
            f"has numbers, and {_listed(words)}: leave that empty if it means missing, or add it "
            "to `na_values` of a CSV source"
        )
    return ""


def _single_flags(labels: pd.Series, counts: pd.Series) -> list[str]:
    """The values that occur once in a column that is yes or no, or would be without them."""
    single = list(counts.index[counts == 1])
    if not 0 < len(single) <= MOST_ODD:
        return []
    rest = labels[~labels.isin(single)]
    return single if is_yes_or_no(labels) or is_yes_or_no(rest) else []


def _words_among_numbers(labels: pd.Series, counts: pd.Series) -> list[str]:
    """The few values that are no numbers in a column of many different ones."""
    are_numbers = counts.index.str.fullmatch(f"(?:{NUMBER_IN_TEXT.pattern})|{TINY_OR_HUGE}")
    words = list(counts.index[~are_numbers])
    if not 0 < len(words) <= MOST_ODD or counts.index.str.fullmatch(CODE).any():
        return []
    nearly_all = counts[are_numbers].sum() >= NEARLY_ALL * len(labels)
    return words if nearly_all and are_numbers.sum() > MOST_CODES else []


def _listed(values: list[str]) -> str:
    return " and ".join(map(repr, values))
