"""How a source writes its dates: `date_format` and `missing_dates` of a source in defs.yaml."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from mlops_assets.errors import InputError, UnreadableDataError
from mlops_assets.features.conversion import EXAMPLES
from mlops_assets.features.date_formats import ISO
from mlops_assets.features.dates import is_typed, to_times

if TYPE_CHECKING:
    import pandas as pd

DIRECTIVE = re.compile(r"%[YymdbBjHIMSfpzZaA%]")
SOME_DAY = datetime(2026, 1, 31, 10, tzinfo=UTC)


def _require_format(given: str) -> str:
    """Raise `InputError` unless a format gives a date with its year."""
    if given != ISO and not _gives_the_year(given):
        raise InputError(
            seen=f"the date format {given!r}",
            expected=f'{ISO}, or a format of strftime with the year such as "%d/%m/%Y"',
            todo="correct `date_format`",
        )
    return given


def _gives_the_year(given: str) -> bool:
    if "%" in DIRECTIVE.sub("", given):
        return False
    try:
        return datetime.strptime(SOME_DAY.strftime(given), given).year == SOME_DAY.year
    except (ValueError, re.error):  # a directive twice is an error of re
        return False


DateFormat = Annotated[str, AfterValidator(_require_format)]


def dated(table: pd.DataFrame, formats: dict[str, str], origin: str) -> pd.DataFrame:
    """`table` with the columns of `formats` that it has as times.

    Raises `UnreadableDataError`, without values because they may be personal, if some do not fit.
    """
    times = {it: _times(table[it], formats[it], origin) for it in formats if it in table}
    return table.assign(**times) if times else table


def _times(values: pd.Series, pattern: str, origin: str) -> pd.Series:
    try:
        return to_times(values, pattern)
    except UnreadableDataError as error:
        seen = error.seen.partition(EXAMPLES)[0]
        raise UnreadableDataError(
            seen=f"{seen}, in {origin}", expected=error.expected, todo=error.todo
        ) from None


def without_days(table: pd.DataFrame, days: Collection[date]) -> pd.DataFrame:
    """`table` with these days missing in its columns of times."""
    columns = {it: _without(table[it], days) for it in table} if days else {}
    return table.assign(**columns) if columns else table


def _without(values: pd.Series, days: Collection[date]) -> pd.Series:
    import pandas as pd

    if is_typed(values):
        written = values.dt.strftime("%Y-%m-%d")
    elif pd.api.types.infer_dtype(values, skipna=True) in ("date", "datetime"):
        written = values.astype(str).str[:10]
    else:
        return values
    return values.mask(written.isin(map(str, days)))
