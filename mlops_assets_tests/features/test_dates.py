"""The time and the local day of a row, however its column has them."""

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.dates import local_times, readable, to_date, to_times
from mlops_assets.kinds.sklearn.transformers import DateParts

BERLIN = "Europe/Berlin"


def days(values, convert=to_date, *options) -> list[str]:
    found = convert(pd.Series(values, name="x"), *options)
    return ["" if pd.isna(it) else str(it.date()) for it in found]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["28/01/2026", "03/02/2026"], ["2026-01-28", "2026-02-03"]),
        (["01/28/2026", "03/02/2026"], ["2026-01-28", "2026-03-02"]),
        (["03/02/2026 10:30", None, "28/01/2026 08:00"], ["2026-02-03", "", "2026-01-28"]),
        (["1/28/2026 1:05 PM", "3/2/2026 11:00 AM"], ["2026-01-28", "2026-03-02"]),
        (["03-02-26", "28-01-26", "31-12-99"], ["2026-02-03", "2026-01-28", "1999-12-31"]),
        (["03.02.2026", "04.02.2026"], ["2026-02-03", "2026-02-04"]),
        (["03/03/2026"], ["2026-03-03"]),  # the same day either way
        (["3 Feb 2026", "28 Jan 2026"], ["2026-02-03", "2026-01-28"]),
        (["February 3, 2026"], ["2026-02-03"]),
        (["Tue, 03 Feb 2026 10:00:00 +0000"], ["2026-02-03"]),
        (["2026-02-03 10:00:00 UTC"], ["2026-02-03"]),
        (["2026-02-03", "2026-02-04T10:00:00.5"], ["2026-02-03", "2026-02-04"]),
        (["20260203101500"], ["2026-02-03"]),
        ([date(2026, 2, 3), None], ["2026-02-03", ""]),
        ([None, "?"], ["", ""]),
    ],
)
def test_all_values_decide_the_one_format_of_a_column(values, expected):
    assert days(values) == expected


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        (["03/02/2026", "04/02/2026"], "%d/%m/%Y or %m/%d/%Y"),
        (["03-02-2026 10:00"], "%d-%m-%Y %H:%M or %m-%d-%Y %H:%M"),
        (["26-01-31"], "%d-%m-%y or %y-%m-%d"),
    ],
)
def test_values_that_do_not_decide_are_a_question(values, formats):
    with pytest.raises(InputError, match=f"could be {formats}: all .* values fit each") as refused:
        days(values)
    assert f'`date_format: {{x: "{formats.split(" or ")[0]}"}}`' in str(refused.value)


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        (["28/01/2026", "29/01/2026", "01/30/2026"], "1 of 3 .*such as .*01/30/2026.*%d/%m/%Y"),
        (["2026-01-31", "2026-02-01", "28/01/2026"], "1 of 3 .*28/01/2026.*as 2 are: ISO8601"),
        (["28/01/2026 10:00", "29/01/2026 10:00", "30/01/2026"], "1 of 3 .*30/01/2026"),
        (["08:00", "09:30"], "2 of 2 values .*08:00.*no times without a day"),
        (["10:00 AM"], "1 of 1 values that are not valid date values"),
        ([True], "1 of 1 values that are not valid date values"),
        (["31/12/9999", "28/01/2026"], "1 of 2 .*31/12/9999.*`missing_dates`"),
        (np.array(["9999-12-31", "2026-01-31"], "M8[us]"), "1 of 2 .*9999-12-31"),
        ([date(9999, 12, 31)], "1 of 1 .*9999-12-31.*from 1678 to 2261"),
        (["2026-01-31T10:00:00Z", "2026-01-31"], "1 of 2 times with an offset"),
    ],
)
def test_a_value_that_does_not_fit_is_counted(values, seen):
    with pytest.raises(InputError, match=seen):
        days(values)


def test_a_given_format_decides_alone():
    assert days(["03/02/2026"], to_times, "%d/%m/%Y") == ["2026-02-03"]
    assert days([20260203], to_times, "%Y%d%m") == ["2026-03-02"]
    with pytest.raises(InputError, match=r"1 of 2 .*28/01/2026.*as 1 are: %m/%d/%Y"):
        days(["03/02/2026", "28/01/2026"], to_times, "%m/%d/%Y")


LATE = datetime(2026, 1, 4, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "values",
    [
        ["2026-01-04T23:30:00Z"],
        ["2026-01-04 23:30:00+00:00"],
        ["2026-01-04T18:30:00-05:00", "2026-01-04T23:59:00Z"],
        ["04/01/2026 23:30 +0000", "31/01/2026 23:30 +0000"],
        ["2026-01-04 23:30:00 UTC"],
        [LATE],
        [LATE, LATE.astimezone(timezone(timedelta(hours=9)))],
        pd.to_datetime([LATE]),
        pd.to_datetime([LATE]).tz_convert("Asia/Tokyo").as_unit("us"),
        pd.array([LATE], dtype="timestamp[us, tz=UTC][pyarrow]"),
    ],
)
def test_a_moment_is_on_the_same_local_day_typed_or_written(values):
    assert days(values, local_times, BERLIN)[0] == "2026-01-05"
    assert days(values, local_times, "UTC")[0] == "2026-01-04"


@pytest.mark.parametrize("values", [["2026-01-04 23:30"], pd.to_datetime(["2026-01-04 23:30"])])
def test_a_time_without_offset_is_local_already(values):
    assert days(values, local_times, BERLIN) == ["2026-01-04"]


def test_a_summer_day_begins_at_the_offset_of_summer():
    assert days(["2026-07-04T22:30:00Z"], local_times, BERLIN) == ["2026-07-05"]


def test_display_shows_what_is_clear_and_leaves_the_rest_empty():
    assert days(["28/01/2026", "29/01/2026", "soon"], readable) == ["2026-01-28", "2026-01-29", ""]
    assert days(["03/02/2026"], readable) == [""]


def test_a_model_reads_dates_of_text_in_the_same_way():
    parts = DateParts().fit_transform(pd.DataFrame({"x": ["28/01/2026", "03/02/2026"]}))
    assert parts[:, 1].tolist() == [1, 2]
    with pytest.raises(InputError, match=r"could be %d/%m/%Y or %m/%d/%Y"):
        DateParts().fit_transform(pd.DataFrame({"x": ["03/02/2026"]}))
