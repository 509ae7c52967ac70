"""Times of a column, however it has them: typed, as text in one format, or as 20260131.

Everything that needs the time or the day of a row gets it here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import UnreadableDataError
from mlops_assets.features.conversion import EXAMPLES, MISSING_WORDS, require_finite
from mlops_assets.features.date_formats import ISO
from mlops_assets.features.date_readings import Reading, offsets, read_as, readings

if TYPE_CHECKING:
    import pandas as pd

FIRST, LAST = "1677-09-22", "2262-04-11"
"""What datetime64[ns] can hold."""


def to_date(values: pd.Series) -> pd.Series:
    """Convert to naive datetime64[ns] in UTC.

    Text has one format for the whole column, which all its values decide: with 28/01/2026 in it,
    03/02/2026 is in February. 20260131 is a date; pandas alone would read it as nanoseconds since
    1970. Raises `UnreadableDataError`, an `InputError`, if values are no dates, or if they do not
    decide.
    """
    times = in_utc(to_times(values))
    within = _within(times)
    if not within.all():
        raise _misfit(values, ~within)
    return times.astype("datetime64[ns]")


def with_dates(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """`table` with these columns as dates, so that some of its rows have the format of all."""
    return table.assign(**{it: to_date(table[it]) for it in names if it in table})


def local_times(values: pd.Series, zone: str) -> pd.Series:
    """Local times in `zone`, as datetime64[ns] without a time zone. Raises like `to_date`.

    Times with a zone or an offset, typed or as text, are converted; others are in `zone` already.
    """
    import pandas as pd

    times = to_times(values)
    dates = to_date(times)
    if not isinstance(times.dtype, pd.DatetimeTZDtype):
        return dates
    return dates.dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)


def to_times(values: pd.Series, pattern: str = "") -> pd.Series:
    """Convert to datetime64: with a time zone if the values have one or an offset, else naive.

    Typed columns are returned as they are, and text is read in `pattern`, or in the format that its
    values decide. Raises like `to_date`, and if only some values have an offset.
    """
    if is_typed(values):
        return values
    text = written(values)
    reading = Reading(pattern, read_as(text, pattern)) if pattern else _decided(values, text)
    misfits = (reading.times.isna() & text.notna()).to_numpy()
    if misfits.any():
        fits = int(text.notna().sum() - misfits.sum())
        raise _misfit(values, misfits, f"as {fits} are: {reading.format}" if fits else "")
    times = reading.times
    if _have_offsets(values, text, reading):
        times = times.dt.tz_localize("UTC")
    return times.set_axis(values.index).rename(values.name)


def readable(values: pd.Series) -> pd.Series:
    """Convert like `to_date` for display: NaT where a value is no date or not clear."""
    import pandas as pd

    if is_typed(values):
        times = in_utc(values)
    else:
        found = readings(written(values))
        times = found[0].times if len(found) == 1 else pd.Series(pd.NaT, range(len(values)))
    return times.where(_within(times)).astype("datetime64[ns]").set_axis(values.index)


def distant_days(times: pd.Series) -> list:
    """The days, each once, that are beyond nanoseconds, such as 9999-12-31."""
    utc = in_utc(times)
    distant = utc[~_within(utc) & utc.notna().to_numpy()]
    return sorted(distant.dt.date.unique())


def is_typed(values: pd.Series) -> bool:
    """Whether a column has times as numpy or pandas types them."""
    import numpy as np
    import pandas as pd

    is_time = isinstance(values.dtype, np.dtype) and values.dtype.kind == "M"
    return is_time or isinstance(values.dtype, pd.DatetimeTZDtype)


def written(values: pd.Series) -> pd.Series:
    """The values as text, NA where missing, rows numbered from 0. 20260131.0 is `20260131`."""
    from pandas.api import types

    texts = _whole(values) if types.is_float_dtype(values) else values
    text = texts.reset_index(drop=True).astype("string[pyarrow]").str.strip()
    return text.mask(text.str.lower().isin(MISSING_WORDS))


def _whole(values: pd.Series) -> pd.Series:
    """Floats as integers, if all are whole."""
    numbers = values.astype("float64")
    require_finite(values, numbers)
    return numbers.astype("Int64") if (numbers.dropna() % 1 == 0).all() else numbers


def in_utc(times: pd.Series) -> pd.Series:
    """Typed times without a zone: those that have one in UTC."""
    import pandas as pd

    has_zone = isinstance(times.dtype, pd.DatetimeTZDtype)
    return times.dt.tz_convert("UTC").dt.tz_localize(None) if has_zone else times


def _within(times: pd.Series):
    """Which naive times datetime64[ns] can hold, (rows,) bool; NaT is one."""
    import numpy as np

    moments = times.to_numpy()
    after, before = moments >= np.datetime64(FIRST), moments < np.datetime64(LAST)
    return np.isnat(moments) | (after & before)


def _decided(values: pd.Series, text: pd.Series) -> Reading:
    """The one way to read a column. Raises if there is more than one."""
    import pandas as pd

    found = readings(text)
    if not found:
        return Reading(ISO, pd.Series(pd.NaT, text.index))
    first, *others = found
    differs = [it for it in others if not it.times.equals(first.times)]
    if differs and first.times.notna().sum() == text.notna().sum():
        raise _ambiguous(values, len(text.dropna()), [first, *differs])
    return first


def _have_offsets(values: pd.Series, text: pd.Series, reading: Reading) -> bool:
    """Whether the times have offsets. Raises if only some have."""
    near = reading.times.notna() & _within(reading.times)
    marked = offsets(text, reading)[near]
    if marked.any() and not marked.all():
        raise UnreadableDataError(
            seen=f"column {values.name!r} has {int(marked.sum())} of {len(marked)} times with an "
            "offset from UTC, and the others without",
            expected="an offset in every time of a column, or in none",
            todo="write them alike at the source: 2026-01-31T10:00:00Z has an offset",
        )
    return bool(marked.any())


def _ambiguous(values: pd.Series, known: int, found: list[Reading]) -> UnreadableDataError:
    formats = [it.format for it in found]
    return UnreadableDataError(
        seen=f"the dates in column {values.name!r} could be {' or '.join(formats)}: all {known} "
        "values fit each, and mean other days",
        expected="one way to read the dates of a column",
        todo=f"say which it is, under the source in defs.yaml: {_setting(values.name, formats[0])}",
    )


def _setting(name: object, pattern: str) -> str:
    """How a format is written in defs.yaml."""
    return f'`date_format: {{{name}: "{pattern}"}}`'


def _misfit(values: pd.Series, misfits, others: str = "") -> UnreadableDataError:
    examples = values[misfits].astype(str).unique()[:3].tolist()
    return UnreadableDataError(
        seen=f"column {values.name!r} has {int(misfits.sum())} of {len(values)} values that are "
        f"not valid date values{EXAMPLES}{examples}",
        expected="only dates from 1678 to 2261 such as 2026-01-31, no times without a day, written "
        f"in one format{others and f', {others}'}, or nothing",
        todo="correct the values; or, under the source in defs.yaml, give their format in "
        "`date_format` or list days like 9999-12-31 in `missing_dates`; or give "
        f"{values.name!r} another role (categorical or text)",
    )
