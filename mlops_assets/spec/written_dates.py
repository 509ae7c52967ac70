"""Recognize a column of dates that are written as text, and how they are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.date_readings import Reading, readings, sample_readings
from mlops_assets.features.dates import distant_days, to_times, written
from mlops_assets.spec.finding import Finding

if TYPE_CHECKING:
    import pandas as pd

SAMPLE = 200
MOST_DATES = 0.9
"""With this share of dates or more, the other values of a column are mistakes, not labels."""
DATE_SHAPE = re.compile(
    r"\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}\b)"
    r"|.*\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b.*\d{4})",
    re.IGNORECASE,
)


def date_finding(values: pd.Series, present: pd.Series) -> Finding | None:
    """The finding about a column whose values, or most of them, are dates; None if they are not.

    `present` are the values that are not missing, as text.
    """
    if present.head(SAMPLE).str.match(DATE_SHAPE).mean() < MOST_DATES:
        return None
    text = written(present)
    found = readings(text)
    fits = int(found[0].times.notna().sum()) if found else 0
    if fits < MOST_DATES * len(present):
        return _mixed(text)
    if fits < len(present):
        return Finding(None, _mistakes(present, found[0]))
    if others := [it for it in found[1:] if not it.times.equals(found[0].times)]:
        formats = [it.format for it in (found[0], *others)]
        return Finding(None, _unclear(formats), question=_question(values.name, formats))
    return _clear(values, present, found[0])


def _clear(values: pd.Series, present: pd.Series, reading: Reading) -> Finding:
    from pandas.api.types import infer_dtype

    try:
        to_times(present, reading.format)
    except InputError as error:
        return Finding(None, error.seen)
    is_text = infer_dtype(values, skipna=True) in ("string", "categorical")
    return Finding(
        "date",
        date_format=reading.format if is_text else "",
        missing_dates=tuple(distant_days(reading.times)),
    )


def _mixed(text: pd.Series) -> Finding | None:
    """The finding about dates that are written in several ways; None if they are no dates."""
    import pandas as pd

    found = [it for it in sample_readings(text) if it.times.notna().any()]
    are_dates = pd.DataFrame({it.format: it.times.notna() for it in found}).any(axis=1)
    if not found or are_dates.mean() < MOST_DATES:
        return None
    formats = " and ".join(it.format for it in found[:3])
    return Finding(None, f"its dates are written in several ways, such as {formats}; choose one")


def _mistakes(present: pd.Series, reading: Reading) -> str:
    lost = present[reading.times.isna().to_numpy()]
    return (
        f"{len(lost)} of its {len(present)} values are no dates like the others "
        f"({reading.format}), such as {lost.iloc[0]!r}; correct them or make them missing"
    )


def _unclear(formats: list[str]) -> str:
    return f"its dates could be {' or '.join(formats)}"


def _question(name: object, formats: list[str]) -> str:
    return (
        f"are the dates in {name!r} {' or '.join(formats)}? Every value fits both. Answer with "
        f'--date-format "{name}={formats[0]}" (and --force), or the other'
    )
