"""Which value survives, and what is said of why."""

import json

import pandas as pd
import pytest

from mlops_assets.entities.golden_records import golden_records, reasons
from mlops_assets.entities.survivorship import survivors
from mlops_assets.entities.text_quality import in_any_position, text_quality

FREQUENCIES = pd.Series(
    {"anita sharma": 0.02, "ravi kumar sharma": 0.01, "kumar singh": 0.01, "ravi sharma": 0.01}
)
DAYS = pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"])


def survivor(values: list, *, newest=(), frequencies=None, days=DAYS) -> tuple:
    """Value, reason, agreeing and of, for one person with these records, the oldest first."""
    records = [f"r{place}" for place in range(len(values))]
    cleaned = pd.DataFrame({"field": values}, records, dtype=object)
    one = survivors(
        pd.Series("G", records),
        cleaned,
        pd.Series(days[: len(values)], records),
        frequencies={} if frequencies is None else {"field": frequencies},
        newest=newest,
    )["field"]
    if one.empty:
        return ()
    record, why, agreeing, of = one.loc["G"]
    return cleaned.loc[record, "field"], why, agreeing, of


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a", "a", None], ("a", "agreed", 2, 2)),
        (["a", "a", "b"], ("a", "most often", 2, 3)),
        (["a", "b"], ("b", "newest", 1, 2)),
        ([None, None], ()),
    ],
)
def test_most_records_decide_and_then_the_newest(values, expected):
    assert survivor(values) == expected


def test_an_address_is_the_newest_one_that_is_known():
    assert survivor(["old", "old", "new", None], newest=["field"]) == ("new", "newest", 1, 3)


@pytest.mark.parametrize("newest", [[], ["field"]])
@pytest.mark.parametrize(
    "days", [["2026-01-01", "2026-01-01"], [None, None], ["2026-01-01", None]], ids=str
)
def test_where_no_day_is_later_none_is_called_the_newest(days, newest):
    known = pd.to_datetime(days)
    assert survivor(["a", "b"], newest=newest, days=known) == ("a", "either", 1, 2)


@pytest.mark.parametrize(
    ("values", "expected", "why"),
    [
        (["anita sharma", "anitta sharma"], "anita sharma", "common words"),
        (["a sharma", "a sharma", "anita sharma"], "anita sharma", "spelled out"),
        (["ravi kumar sharma", "ravi sharma"], "ravi kumar sharma", "more words"),
        (["anita sharma", "sharma anita"], "anita sharma", "common words"),
        (["anitta sharma", "anitta sharma", "anita sharma"], "anitta sharma", "most often"),
    ],
)
def test_a_name_is_the_one_that_is_well_written(values, expected, why):
    frequencies = FREQUENCIES.copy()
    if why == "more words":  # no word of either is less common than those they share
        frequencies = pd.Series({"ravi kumar sharma": 0.01})
    assert survivor(values, frequencies=frequencies)[:2] == (expected, why)


def test_wording_counts_words_where_they_stand():
    found = text_quality(pd.Series(["anita sharma", "sharma anita", "x sharma"]), FREQUENCIES)
    assert found["common"].tolist() == pytest.approx([0.02, 0.0, 0.0])
    assert found["spelled_out"].tolist() == [True, True, False]
    assert found["words"].tolist() == [2, 2, 2]


def test_words_of_a_whole_name_count_anywhere_in_a_part_of_it():
    parts = pd.Series(["sharma", "anita", "ravi kumar sharma", "anitta", "sharma om"])
    found = text_quality(parts, in_any_position(FREQUENCIES))
    assert found["common"].tolist() == pytest.approx([0.04, 0.02, 0.02, 0.0, 0.0])


def test_a_golden_record_says_where_each_value_comes_from():
    records = ["r1", "r2", "r3"]
    ids = pd.Series(["G-1", "G-1", "G-2"], records)
    features = pd.DataFrame(
        {"name": ["Anita Sharma", "Anitta Sharma", "Om"], "city": ["Agra", None, None]}, records
    )
    cleaned = features.apply(lambda values: values.str.lower()).astype(object)
    cleaned = cleaned.where(cleaned.notna(), None)
    table = golden_records(
        ids,
        features,
        cleaned,
        pd.Series(DAYS[:3], records),
        frequencies={"name": FREQUENCIES},
        newest=["city"],
    ).set_index("golden_id")
    assert table.loc["G-1", ["name", "city", "records"]].tolist() == ["Anita Sharma", "Agra", 2]
    assert json.loads(table.loc["G-1", "provenance"]) == {
        "name": {"from": "r1", "why": "common words", "agreeing": 1, "of": 2},
        "city": {"from": "r1", "why": "agreed", "agreeing": 1, "of": 1},
    }
    assert pd.isna(table.loc["G-2", "city"])
    assert reasons(table.reset_index()).loc["name"].to_dict() == {"agreed": 0, "common words": 1}
