"""Simulated citizens of Rajasthan, some of them registered more than once.

Every row is made up: no name, date of birth, number or address is taken from a real person, and
any match is a coincidence. Households share mobile, address, district and pincode; their members
differ in name and date of birth. A duplicate is another record of a person, made later and with
differences: typos, spelling variants, initials, swapped name parts, swapped day and month, missing
or placeholder values (1 January, mobile 0000000000), a new address or mobile. `records.py` has the
share of each.

| column | meaning |
| --- | --- |
| citizen_id | id of the record, not of the person; carries no information about either |
| jan_aadhaar | 12 digits as text, per person or per family (`id_is`); in about 90 % |
| full_name | first name, often a middle one, surname |
| date_of_birth | date |
| gender | M or F |
| mobile, address, district, pincode | text |
| registered_on | date |

With 15 % duplicates, 100,000 records contain about 21,400 pairs of the same person: of 15
duplicates, 5.2 are a person's only one, 6.8 are one of two, 3 are one of three.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal

from mlops_assets.simulators.citizens.drift import drifted
from mlops_assets.simulators.citizens.people import people
from mlops_assets.simulators.citizens.registration import copies, days, duplicates_among, written

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlops_assets.simulators.citizens.people import Streams

IdIs = Literal["person", "family"]
FIRST_DAY, LAST_DAY = date(2025, 1, 1), date(2026, 1, 4)
DUPLICATES = 0.15


def simulate(
    rows: int,
    *,
    seed: int,
    day: date | None = None,
    shift: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """`rows` citizens as in `population`, without the ground truth.

    The same seed and day give the same rows. Other days give other people, all registered on that
    `day`; for duplicates of people registered earlier, see `arrivals`.

    `shift` adds drift: `{"date_of_birth": 0.3}` makes 30 % of that column useless, half missing
    and half placeholders (1 January, mobile 0000000000; in other columns, all are missing). It
    accepts every column except `citizen_id` and `registered_on`, and a share from 0 to 1. Raises
    `InputError` for anything else.
    """
    import pandas as pd

    streams = _streams(seed, day)
    label = f"C{seed}-D{day:%Y%m%d}" if day else population_label(seed)
    dates = (FIRST_DAY, LAST_DAY)
    citizens, _ = _registered(rows, streams, label, "person", DUPLICATES, dates, _block(day))
    if day:
        citizens["registered_on"] = pd.Timestamp(day).as_unit("ns")
    return drifted(citizens, shift or {}, streams)


def population(
    rows: int,
    *,
    seed: int,
    id_is: IdIs = "person",
    duplicates: float = DUPLICATES,
    since: date = FIRST_DAY,
    until: date = LAST_DAY,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`rows` citizens, and the ground truth: `citizen_id`, `person` and `true_full_name` of each.

    `duplicates` is the share of records that are not their person's first, at most 0.5. Dates of
    registration range from `since` to `until`, at least four days. With `id_is="family"`, each
    household has one `jan_aadhaar`, otherwise each person. Raises `InputError`.
    """
    label = population_label(seed, id_is)
    return _registered(rows, _streams(seed), label, id_is, duplicates, (since, until), block=0)


def arrivals(
    population_rows: int,
    rows: int,
    *,
    seed: int,
    day: date,
    id_is: IdIs = "person",
    duplicates: float = DUPLICATES,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`rows` citizens who register on `day`, after `population(population_rows, seed=seed, …)`.

    A share of `duplicates` are people of the population, with the same `person` in its ground
    truth; the others are new, in new households. Pass `id_is` and `duplicates` as for the
    population. Raises `InputError`.
    """
    import numpy as np

    persons = population_rows - duplicates_among(population_rows, duplicates)
    existing = people(persons, _streams(seed), id_is=id_is, block=0)
    streams = _streams(seed, day, "arrivals ")
    again = min(duplicates_among(rows, duplicates), persons)
    chosen = streams("again").choice(persons, again, replace=False)
    new = people(rows - again, streams, id_is=id_is, block=_block(day))
    table = {name: np.concatenate([existing[name][chosen], new[name]]) for name in existing}
    registered_on = np.full(rows, np.datetime64(day))
    label = arrivals_label(seed, day, id_is)
    return written(table, np.arange(rows) < again, registered_on, streams, label)


def population_label(seed: int, id_is: IdIs = "person") -> str:
    """The prefix of the citizen ids of a population, and of no others."""
    return f"{_holder(id_is)}{seed}-P"


def arrivals_label(seed: int, day: date, id_is: IdIs = "person") -> str:
    """The prefix of the citizen ids of a day's arrivals, and of no others."""
    return f"{_holder(id_is)}{seed}-N{day:%Y%m%d}"


def _registered(
    rows: int,
    streams: Streams,
    label: str,
    id_is: IdIs,
    duplicates: float,
    dates: tuple[date, date],
    block: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    again = duplicates_among(rows, duplicates)
    clean = people(rows - again, streams, id_is=id_is, block=block)
    person, copy = copies(rows - again, again, streams("copies"))
    registered_on = days(person, copy, *dates, streams("registered"))
    table = {name: values[person] for name, values in clean.items()}
    return written(table, copy > 0, registered_on, streams, label)


def _holder(id_is: IdIs) -> str:
    return "F" if id_is == "family" else "C"


def _block(day: date | None) -> int:
    """The number of a day, from 1; 0 is the population."""
    return 1 + (day - date(1970, 1, 1)).days % 79_000 if day else 0


def _streams(seed: int, day: date | None = None, prefix: str = "") -> Streams:
    import numpy as np

    today = day.toordinal() if day else 0

    def stream(purpose: str) -> np.random.Generator:
        return np.random.default_rng([seed, today, zlib.crc32(f"{prefix}{purpose}".encode())])

    return stream
