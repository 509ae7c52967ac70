"""Read a column of text as times: in one format, which all its values decide."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.features.date_formats import ISO, formats_of

if TYPE_CHECKING:
    import pandas as pd

SAMPLE = 50
# What may be a year beyond nanoseconds: 0001 and the years from 2260.
DISTANT = r"0001|22[6-9]\d|2[3-9]\d\d|[3-9]\d{3}"
OFFSET = r"\d[T ]\d.*(?:[Zz]|[+-]\d\d(?::?\d\d)?)$"


class Reading(NamedTuple):
    """Text read in one format: naive datetime64, in UTC if it has offsets; NaT where it misfits."""

    format: str
    times: pd.Series


def readings(text: pd.Series) -> list[Reading]:
    """The formats that fit the most values, each with the times it gives; none if none fits any.

    `text` is str or NA, with a unique index. A format that fits every value is among them, so
    several that do leave the text ambiguous.
    """
    tried = _best(sample_readings(text))
    if tried and tried[0].format == ISO:
        tried = tried[:1]
    return _best([Reading(it.format, read_as(text, it.format)) for it in tried])


def sample_readings(text: pd.Series) -> list[Reading]:
    """A sample of the values, read in every format that one of them may have."""
    known = text.dropna()
    few = known.iloc[:: -(-len(known) // SAMPLE) or 1]
    shapes = dict.fromkeys(it for value in few for it in formats_of(value))
    return [Reading(it, read_as(few, it)) for it in (ISO, *shapes)]


def read_as(text: pd.Series, pattern: str) -> pd.Series:
    """The times that the text gives in this format; NaT where it is missing or does not fit.

    datetime64[ns]; [us] if a time is beyond nanoseconds, such as 9999-12-31.
    """
    import pandas as pd

    read = pd.to_datetime(text.astype(object), format=pattern, errors="coerce", utc=True)
    times = read.dt.tz_localize(None)
    lost = text[times.isna() & text.notna()]
    lost = lost[lost.str.contains(DISTANT).fillna(False)]
    moments = {value: _distant(value, pattern) for value in lost.unique()}
    distant = {value: moment for value, moment in moments.items() if moment}
    if not distant:
        return times
    times, found = times.astype("datetime64[us]"), lost[lost.isin(distant)]
    times.loc[found.index] = found.astype(object).map(distant).to_numpy(dtype="datetime64[us]")
    return times


def offsets(text: pd.Series, reading: Reading) -> pd.Series:
    """Which values have an offset from UTC."""
    if reading.format != ISO:
        return text.notna() & any(it in reading.format for it in ("%z", "%Z"))
    return text.str.contains(OFFSET).fillna(False).astype(bool)


def _best(found: list[Reading]) -> list[Reading]:
    fits = [int(it.times.notna().sum()) for it in found]
    return [it for it, fit in zip(found, fits, strict=True) if fit == max(fits) > 0]


def _distant(value: str, pattern: str) -> datetime | None:
    """The time of a value that may be beyond nanoseconds; None if it is no date."""
    try:
        found = (
            datetime.fromisoformat(value) if pattern == ISO else datetime.strptime(value, pattern)
        )
    except ValueError:
        return None
    return found.replace(tzinfo=None)
