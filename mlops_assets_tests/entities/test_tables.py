"""The tables of the entities: all written or nothing, on SQLite and on a real PostgreSQL."""

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from mlops_assets.entities.difference import Difference
from mlops_assets.entities.tables import EntityTables
from mlops_assets.errors import InputError
from mlops_assets.platform.warehouse.reading import reading
from mlops_assets.platform.warehouse.writing import FilledTable, create, writing
from mlops_assets_tests.databases import DATABASES

FIELDS = {"name": "text", "born": "date"}
DAY = pd.Timestamp("2026-01-05").as_unit("ns")
CHANGES = pd.DataFrame(
    [("G-9", "merged", "G-1", 2), ("G-8", "retired", None, 1)],
    columns=["golden_id", "change", "other", "records"],
)
ROWS = {
    "entity_map": pd.DataFrame(
        {
            "record_id": ["a", "b"],
            "golden_id": ["G-1", "G-1"],
            "record_hash": "0f",
            "since": DAY,
            "gone_on": [pd.NaT, DAY],
        }
    ).astype({"gone_on": "datetime64[ns]"}),
    "scored_pairs": pd.DataFrame(
        {
            "left_id": ["a"],
            "right_id": ["b"],
            "match_weight": [0.1 + 0.2],
            "probability": [0.5523],
            "rule": ["name"],
            "contradicts": [False],
        }
    ),
    "golden_records": pd.DataFrame(
        {
            "golden_id": ["G-1"],
            "name": ["Ann\tLee"],
            "born": [pd.NaT],
            "records": [2],
            "provenance": ["{}"],
        }
    ).astype({"born": "datetime64[ns]"}),
    "review_queue": pd.DataFrame(
        {
            "item": ["1f"],
            "kind": ["uncertain pair"],
            "left_id": ["a"],
            "right_id": ["c"],
            "golden_id": ["G-1"],
            "other_golden_id": ["G-2"],
            "match_weight": [2.0],
            "why": ["unsure"],
            "since": [DAY],
        }
    ),
}
NOTHING = pd.DataFrame()


@pytest.fixture(params=DATABASES)
def tables(request, tmp_path) -> EntityTables:
    if request.param == "sqlite":
        return EntityTables(f"sqlite:///{tmp_path / 'new' / 'warehouse.db'}", FIELDS)
    return EntityTables(request.getfixturevalue("new_database")(), FIELDS)


def about(day: int = 5) -> dict:
    made = {"model_id": "m-1", "version": "3", "code_version": "0f"}
    return {"day": date(2026, 1, day), "run_id": "r", **made}


def added(rows: dict = ROWS) -> dict[str, Difference]:
    return {name: Difference(NOTHING, table) for name, table in rows.items()}


def content(tables: EntityTables) -> dict[str, list[tuple]]:
    with reading(tables.url) as connection:
        return {
            name: [tuple(row) for row in connection.execute(sa.select(table))]
            for name, table in tables.tables.items()
            if sa.inspect(connection).has_table(name)
        }


def test_before_the_first_update_nothing_is_known_and_nothing_is_made(tables):
    known = tables.read()
    assert (known.number, known.day, known.made_by, known.used) == (0, None, ("", ""), frozenset())
    assert known.entity_map.empty
    assert content(tables) == {}


def test_what_was_written_is_read_again(tables):
    tables.write(tables.read(), added(), CHANGES, about())
    known = tables.read()
    assert (known.number, known.day, known.made_by) == (1, date(2026, 1, 5), ("m-1", "0f"))
    assert known.used == {"G-8", "G-9"}
    named = {"left_id": "left", "right_id": "right"}
    pd.testing.assert_frame_equal(known.scored_pairs, ROWS["scored_pairs"].rename(columns=named))
    pd.testing.assert_frame_equal(known.entity_map.reset_index(), ROWS["entity_map"])
    assert list(known.present.index) == ["a"]
    assert list(known.golden_ids(pd.Index(["a"])).index) == ["a"]
    assert list(known.golden_ids(pd.Index(["b"])).index) == ["a", "b"]
    pd.testing.assert_frame_equal(known.review_queue, ROWS["review_queue"])
    assert content(tables)["golden_records"] == [("G-1", "Ann\tLee", None, 2, "{}")]


def test_rows_are_deleted_by_their_keys_before_others_are_added(tables):
    tables.write(tables.read(), added(), CHANGES, about())
    keys = {"entity_map": ["record_id"], "scored_pairs": ["left_id", "right_id"]}
    again = {name: Difference(ROWS[name][its], ROWS[name]) for name, its in keys.items()}
    again["golden_records"] = Difference(pd.DataFrame({"golden_id": ["G-1"]}), NOTHING)
    tables.write(tables.read(), again, CHANGES.iloc[:0], about(6))
    found = content(tables)
    assert (len(found["entity_map"]), len(found["scored_pairs"])) == (2, 1)
    assert found["golden_records"] == []
    assert len(found["entity_changes"]) == 2
    assert [row[0] for row in found["entity_updates"]] == [1, 2]


def test_where_one_row_is_refused_nothing_is_written(tables):
    tables.write(tables.read(), added(), CHANGES, about())
    before = content(tables)
    good = {"entity_map": ROWS["entity_map"].assign(record_id=["y", "z"])}
    bad = {"golden_records": ROWS["golden_records"]}  # which is there
    with pytest.raises(InputError, match="refused") as refused:
        tables.write(tables.read(), added(good | bad), CHANGES, about(6))
    assert content(tables) == before
    assert "Ann" not in "".join(traceback.format_exception(refused.value))


def test_of_two_updates_at_once_one_is_refused(tables):
    known, start = tables.read(), threading.Barrier(2)

    def update(_: int) -> str:
        start.wait()
        try:
            tables.write(known, added(), CHANGES, about())
        except InputError as error:
            return str(error)
        return "written"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(update, range(2)))
    assert said[1] == "written"
    assert said[0].startswith("update 1 was written while this one was computed after 0")
    assert len(content(tables)["entity_updates"]) == 1


def test_a_field_that_columns_has_now_becomes_a_column(tables):
    tables.write(tables.read(), added(), CHANGES, about())
    more = EntityTables(tables.url, {**FIELDS, "Full Name": "text"})
    golden = ROWS["golden_records"].assign(golden_id="G-2", **{"Full Name": "Bo"})
    more.write(more.read(), added({"golden_records": golden}), CHANGES.iloc[:0], about(6))
    named = {row[0]: row[3] for row in content(more)["golden_records"]}
    assert named == {"G-1": None, "G-2": "Bo"}


def test_a_table_that_somebody_else_made_is_left_alone(tables):
    theirs = FilledTable("golden_records", pd.DataFrame({"id": ["a"]}), key="id")
    with writing(tables.url) as connection:
        create(connection, [theirs])
    with pytest.raises(InputError, match="golden_records without") as refused:
        tables.read()
    assert "rename that table" in str(refused.value)
