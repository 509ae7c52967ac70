"""Mistakes in the values of a defs.yaml, in words, at the keys as the file has them."""

import pytest
from pydantic import ValidationError

from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.paths import locate
from mlops_assets_tests.world import SMALL

GOOD = {**SMALL, "source": {"type": "csv", "path": "table.csv"}}
SEARCH = {"space": {"C": [1, 2]}}


def mistakes(**changes) -> dict[str, str]:
    """Every mistake in GOOD with these changes, by its place."""
    given = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    with pytest.raises(ValidationError) as caught:
        LifecycleSpec.model_validate(given)
    return {".".join(map(str, e["loc"])): str(e["ctx"]["error"]) for e in caught.value.errors()}


@pytest.mark.parametrize(
    ("changes", "place", "message"),
    [
        ({"source": {"type": "csv"}}, "source.path", "`source.path` is missing. Expected: Path"),
        ({"source": {"path": "a"}}, "source", "`source` has no `type`. Expected: one of ['csv', "),
        # A key's older name is a name of the key.
        ({"truth": {"type": "csv"}}, "truth.path", "`truth.path` is missing. Expected: Path"),
        (
            {"truth": {"type": "csv", "path": "a", "bad": 1}},
            "truth.bad",
            "there is no key `truth.bad`",
        ),
        (
            {"source": {"type": "sql", "table": "a", "query": "b"}},
            "source",
            "`source`: both `table` and `query`. Expected: either",
        ),
        (
            {"source": {"type": "csv", "path": "a", "separator": ";;"}},
            "source.separator",
            "`source.separator` is ';;'. Expected: at most 1 character",
        ),
        (
            {"model": {**SMALL["model"], "search": {**SEARCH, "trails": 3}}},
            "model.search.trails",
            "there is no key `model.search.trails`; the nearest name is 'trials'. Expected: one of",
        ),
        ({"gates": {"r2": {"mn": 1}}}, "gates.r2.mn", "there is no key `gates.r2.mn`; the nea"),
        ({"gates": {"r2": 1}}, "gates.r2", "`gates.r2` is 1. Expected: some of ['min', 'max', "),
        ({"gates": {"r2": {"min": "high"}}}, "gates.r2.min", "`gates.r2.min` is 'high'. Expected"),
        ({"task": ["x"]}, "task", "`task`: `task` is ['x']. Expected: one of ['classification',"),
        ({"promotion": "auto"}, "promotion", "`promotion` is 'auto'; the nearest name is 'autom"),
        ({"columns": {}}, "", "`columns` names no column. Expected: at least one column"),
        ({"window": "90d"}, "", "`window` is '90d' and there is no `timestamp`. Expected"),
        ({"window": "0d", "timestamp": "x"}, "window", "`window` is '0d'. Expected: text that m"),
        ({"registered_name": "a/b"}, "registered_name", "`registered_name` is 'a/b'. Expected: "),
        ({"name": "a-b"}, "name", "`name` is 'a-b'. Expected: text that matches"),
        ({"target": 3}, "target", "`target` is 3. Expected: a valid string (The column to predict"),
    ],
)
def test_a_mistake_is_told_where_it_is(changes, place, message):
    told = mistakes(**changes)
    assert list(told) == [place]
    assert told[place].startswith(message)


def test_a_misspelt_key_is_not_told_as_missing_too():
    assert list(mistakes(source=None, sourse="y")) == ["sourse"]
    assert list(mistakes(source=None, colour="y")) == ["source", "colour"]


def test_a_place_leaves_out_what_pydantic_puts_in_between():
    place = locate(("source", "csv", "na_values", 0), LifecycleSpec)
    assert str(place) == "source.na_values.0"
    assert "separator" in locate(("source", "csv", "path"), LifecycleSpec).keys


def test_a_key_and_its_older_name_are_one_too_many():
    source = {"type": "csv", "path": "a"}
    (message,) = mistakes(truth=source, ground_truth=source).values()
    assert message.startswith("`ground_truth`, and `truth`, which is its older name")
