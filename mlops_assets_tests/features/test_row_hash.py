"""A row's hash follows from its values alone, and never changes between releases."""

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.row_hash import row_hashes


def hashes(values, exact: bool = False, **options) -> list[int]:
    series = pd.Series(values, **options)
    return row_hashes([series], len(series), exact=exact).tolist()


def test_the_hashes_are_these_numbers_for_ever():
    # A change here moves rows between training and holdout: find another way.
    assert hashes([1, 2.5, None]) == [
        5265033208332422148,
        9560133968852661432,
        11359291494041506822,
    ]
    assert hashes(["a", "héllo", ""]) == [
        1023708150266397742,
        15915727560429452790,
        4720732425482052958,
    ]
    assert hashes(pd.to_datetime(["2026-01-31 10:00"])) == [2589931804890261959]


@pytest.mark.parametrize(
    "other",
    [
        [1.0, 2.0, np.nan],
        ["1", "2.0", None],
        pd.array([1, 2, None], dtype="Int64"),
        pd.array(["1", "2", None], dtype="string"),
        pd.Categorical(["1", "2", None]),
    ],
)
def test_a_value_hashes_the_same_however_it_was_read(other):
    assert hashes(other) == hashes([1, 2, None])


def test_true_is_one_and_minus_zero_is_zero():
    assert hashes([True, False]) == hashes([True, False], dtype=object) == hashes([1, 0])
    assert hashes([-0.0]) == hashes([0.0])


def test_times_of_any_unit_and_zone_agree():
    day = ["2026-01-31 10:00:00", None]
    plain = hashes(pd.to_datetime(day))
    assert plain == hashes(pd.Series(pd.to_datetime(day)).astype("datetime64[s]"))
    assert plain == hashes(pd.Series(pd.to_datetime(day)).dt.tz_localize("UTC"))
    berlin = pd.Series(pd.to_datetime(day)).dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin")
    assert plain == hashes(berlin)


def test_a_nanosecond_counts():
    first, second = hashes(pd.to_datetime([0, 1], unit="ns"))
    assert first != second


def test_long_numbers_keep_all_their_digits():
    long = [2**60, 2**60 + 1]
    for exact in (True, False):
        assert len(set(hashes(long, exact))) == 2
    assert hashes(long) == hashes(list(map(str, long)))


def test_exact_tells_spellings_apart():
    assert hashes(["7"], exact=True) != hashes(["07"], exact=True)
    assert hashes(["7"]) == hashes(["07"])


def test_lists_and_arrays_can_be_hashed():
    first, second, again = hashes([[1, 2], [2, 1], [1, 2]])
    assert first == again != second
    assert hashes([np.array([1, 2])]) == [first]


def test_the_order_of_columns_counts():
    a, b = pd.Series([1, 2]), pd.Series([2, 1])
    forth, back = (row_hashes(pair, 2, exact=True) for pair in ([a, b], [b, a]))
    assert (forth != back).all()
    assert (forth == back[::-1]).all()


def test_hashes_are_spread_evenly():
    share = np.array(hashes(range(20_000)), dtype="uint64") / 2**64
    counts, _ = np.histogram(share, bins=20, range=(0, 1))
    assert abs(counts - 1000).max() < 150
