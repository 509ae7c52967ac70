"""Prepare two samples so that Evidently can draw them side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlops_assets.features.columns import Role, to_categorical

if TYPE_CHECKING:
    import pandas as pd

MOST_LABELS = 30
MISSING, PRESENT, REST = "(missing)", "(a value)", "(other labels)"
DAYS_IN_A_YEAR = 365.2425


def shown_alike(
    reference: pd.DataFrame, day: pd.DataFrame, roles: Mapping[str, Role]
) -> tuple[list[pd.DataFrame], list[str]]:
    """Both samples with the columns of `roles`, and the names of the numeric ones.

    Evidently rejects a column without values, so if a sample has no values of a numeric column,
    both sides show whether a value is present. In a categorical column, missing is a label.
    """
    import pandas as pd

    columns: dict[str, tuple[pd.Series, pd.Series]] = {}
    numeric = []
    for name, role in roles.items():
        pair = reference[name], day[name]
        if role in ("categorical", "boolean"):
            columns[name] = _labels(*(_words(side, role) for side in pair))
        elif any(side.isna().all() for side in pair):
            columns[name] = _labels(*(_presence(side) for side in pair))
        else:
            columns[name] = tuple(_numbers(side, role) for side in pair)  # type: ignore
            numeric.append(name)
    sides = [pd.DataFrame({name: pair[at] for name, pair in columns.items()}) for at in (0, 1)]
    return [side.reset_index(drop=True) for side in sides], numeric


def _numbers(values: pd.Series, role: Role) -> pd.Series:
    """Values as floats; dates as years, such as 2026.5 for the middle of 2026."""
    import pandas as pd

    if role != "date":
        return values.astype("float64")
    days = (values - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
    return 1970 + days / DAYS_IN_A_YEAR


def _words(values: pd.Series, role: Role) -> pd.Series:
    words = values.map({1.0: "true", 0.0: "false"}) if role == "boolean" else to_categorical(values)
    return words.astype(object).where(words.notna(), MISSING)


def _presence(values: pd.Series) -> pd.Series:
    return values.isna().map({True: MISSING, False: PRESENT})


def _labels(reference: pd.Series, day: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Keep the 30 most frequent labels of either side, and pool the others."""
    import pandas as pd

    shares = [side.value_counts(normalize=True) for side in (reference, day)]
    most = pd.concat(shares, axis=1).max(axis=1).sort_values(ascending=False, kind="stable")
    kept = most.index[:MOST_LABELS]
    return reference.where(reference.isin(kept), REST), day.where(day.isin(kept), REST)
