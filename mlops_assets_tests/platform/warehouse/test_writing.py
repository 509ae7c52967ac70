"""Tables that are made and filled at once or not at all, on SQLite and on a real PostgreSQL."""

from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from mlops_assets.errors import InputError
from mlops_assets.platform.warehouse.reading import reading
from mlops_assets.platform.warehouse.writing import FilledTable, append, create, writing
from mlops_assets_tests.databases import DATABASES

ROWS = pd.DataFrame(
    {
        "id": ["a", "b", "c"],
        "Full Name": ["Ann\tLee", None, "\\N"],
        "day": pd.to_datetime(["2026-01-31", None, "1931-12-01"]),
    }
)
TABLE = FilledTable("people", ROWS, key="id", index="day")
READ = [("a", "Ann\tLee", date(2026, 1, 31)), ("b", None, None), ("c", "\\N", date(1931, 12, 1))]


@pytest.fixture(params=DATABASES)
def url(request, tmp_path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'warehouse.db'}"
    return request.getfixturevalue("new_database")()


def read(url: str) -> list[tuple]:
    with reading(url) as connection:
        table = sa.Table("people", sa.MetaData(), autoload_with=connection)
        return [tuple(row) for row in connection.execute(sa.select(table).order_by("id"))]


def test_rows_types_key_and_index(url):
    with writing(url) as connection:
        create(connection, [TABLE])
    assert read(url) == READ
    with reading(url) as connection:
        inspector = sa.inspect(connection)
        types = [type(it["type"]) for it in inspector.get_columns("people")]
        assert inspector.get_pk_constraint("people")["constrained_columns"] == ["id"]
        assert [it["column_names"] for it in inspector.get_indexes("people")] == [["day"]]
    assert [issubclass(it, sa.Date) for it in types] == [False, False, True]


def test_an_error_leaves_what_was_there(url):
    with writing(url) as connection:
        create(connection, [TABLE])
    twice = FilledTable("people", pd.concat([ROWS, ROWS]), key="id")
    with pytest.raises(InputError, match="WAREHOUSE_URL refused"), writing(url) as connection:
        create(connection, [twice])
    assert read(url) == READ


def test_append_adds_or_refuses_the_whole(url):
    with writing(url) as connection:
        create(connection, [TABLE])
    more = FilledTable("people", ROWS.assign(id=["d", "e", "a"]), key="id")
    with pytest.raises(InputError, match=r"(?i)unique") as caught, writing(url) as connection:
        append(connection, more.schema(), more.rows)
    assert "Ann" not in str(caught.value)
    assert read(url) == READ


def test_a_database_that_is_away_is_named_without_its_password():
    away = "postgresql://me:secret@127.0.0.1:1/db"
    with pytest.raises(InputError, match="WAREHOUSE_URL") as caught, writing(away):
        pass
    assert "secret" not in str(caught.value)
