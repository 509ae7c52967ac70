"""Turn people into records with errors, as written down at registration counters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mlops_assets.simulators.citizens import spelling
from mlops_assets.simulators.citizens.places import mobiles, places

if TYPE_CHECKING:
    import numpy as np

    from mlops_assets.simulators.citizens.people import Streams, Table

Edit = Callable[[str, spelling.Draws], str]
NO_MOBILE = "0000000000"
# The share of records affected by each edit: for a person's first record, and for a duplicate.
SPELLING: tuple[tuple[str, Edit, float, float], ...] = (
    ("full_name", spelling.phonetic, 0.00, 0.12),
    ("full_name", spelling.typo, 0.01, 0.20),
    ("full_name", spelling.without_middle, 0.00, 0.12),
    ("full_name", spelling.initials, 0.00, 0.05),
    ("full_name", spelling.swapped_parts, 0.00, 0.06),
    ("address", spelling.abbreviated, 0.10, 0.30),
    ("address", spelling.typo, 0.01, 0.12),
    ("mobile", spelling.digit_typo, 0.00, 0.03),
    ("pincode", spelling.digit_typo, 0.00, 0.03),
    ("jan_aadhaar", spelling.digit_typo, 0.00, 0.01),
)
MOVED, NEW_MOBILE, MOVED_MOBILE = 0.12, 0.06, 0.6
SWAPPED_DAY, OTHER_DAY, WRONG_GENDER = 0.04, 0.03, 0.01
NEW_YEAR = {False: 0.01, True: 0.05}
ZEROS = {False: 0.01, True: 0.03}
MISSING = {
    "full_name": (0.001, 0.005), "date_of_birth": (0.01, 0.04), "gender": (0.005, 0.02),
    "mobile": (0.03, 0.06), "address": (0.01, 0.03), "district": (0.005, 0.02),
    "pincode": (0.01, 0.03), "jan_aadhaar": (0.03, 0.09),
}  # fmt: skip


def worn(table: Table, duplicate: np.ndarray, streams: Streams) -> Table:
    """The records of `table` with errors; `duplicate` marks those that are not a person's first."""
    import numpy as np

    table = dict(table)
    _move(table, duplicate, streams("moved"))
    table["date_of_birth"] = _dates(table["date_of_birth"], duplicate, streams("dates"))
    wrong = (streams("gender").random(len(duplicate)) < WRONG_GENDER) & duplicate
    table["gender"] = np.where(wrong ^ (table["gender"] == "M"), "M", "F").astype(object)
    for name, edit, first, again in SPELLING:
        share = np.where(duplicate, again, first)
        table[name] = _edited(table[name], edit, share, streams(f"{name} {edit.__name__}"))
    zeros = np.where(duplicate, ZEROS[True], ZEROS[False])
    table["mobile"][streams("zeros").random(len(duplicate)) < zeros] = NO_MOBILE
    for name, (first, again) in MISSING.items():
        lost = streams(f"missing {name}").random(len(duplicate))
        table[name] = without(table[name], lost < np.where(duplicate, again, first))
    return table


def without(values: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """A copy of `values` with those marked as `lost` missing."""
    import numpy as np

    values = values.copy()
    values[lost] = np.datetime64("NaT") if values.dtype.kind == "M" else None
    return values


def new_year(dates: np.ndarray) -> np.ndarray:
    """1 January of the same year, which clerks write when only the age is known."""
    return dates.astype("datetime64[Y]").astype("datetime64[D]")


def _move(table: Table, duplicate: np.ndarray, random: np.random.Generator) -> None:
    """Give some people a new address, and most of them, and some others, a new mobile."""
    import numpy as np

    moved = duplicate & (random.random(len(duplicate)) < MOVED)
    for name, values in places(int(moved.sum()), random).items():
        table[name] = table[name].copy()
        table[name][moved] = values
    changed = random.random(len(duplicate)) < np.where(moved, MOVED_MOBILE, NEW_MOBILE)
    changed &= duplicate
    table["mobile"] = table["mobile"].copy()
    table["mobile"][changed] = mobiles(int(changed.sum()), random)


def _dates(dates: np.ndarray, duplicate: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Swap some days and months, change some days, and set some dates to 1 January."""
    import numpy as np

    months = dates.astype("datetime64[M]")
    day = (dates - months).astype("int64")
    month = months.astype("int64") % 12
    swap = duplicate & (random.random(len(dates)) < SWAPPED_DAY) & (day < 12)
    swapped = (months - month + day).astype("datetime64[D]") + month
    other = duplicate & (random.random(len(dates)) < OTHER_DAY)
    off = months.astype("datetime64[D]") + random.integers(0, 28, len(dates))
    unknown = random.random(len(dates)) < np.where(duplicate, NEW_YEAR[True], NEW_YEAR[False])
    return np.select([unknown, other, swap], [new_year(dates), off, swapped], dates)


def _edited(
    values: np.ndarray, edit: Edit, share: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """A copy of `values` with `edit` applied to a share of them."""
    import numpy as np

    hit = np.flatnonzero((random.random(len(values)) < share) & (values != None))  # noqa: E711
    draws = random.random((len(hit), 3)).tolist()
    values = values.copy()
    values[hit] = [edit(value, three) for value, three in zip(values[hit], draws, strict=True)]
    return values
