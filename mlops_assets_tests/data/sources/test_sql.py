"""SQL sources, on SQLite and on a real PostgreSQL."""

import pandas as pd
import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from mlops_assets.data.sources.sql import SqlSource
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.warehouse.reading import engine_url, reading, shown
from mlops_assets_tests.databases import DATABASES

CITIZENS = pd.DataFrame({"id": [1, 2, 3], "Full Name": ["Ann", "Bo", "Cy"], "age": [31, 45, 62]})


@pytest.fixture(params=DATABASES)
def warehouse(request, settings) -> Settings:
    """Settings on a warehouse of each kind, with the table `citizens` and a view on it."""
    if request.param == "sqlite":
        settings.home.mkdir()
    else:
        url = request.getfixturevalue("postgres")
        settings = settings.model_copy(update={"warehouse_url": url})
    engine = sa.create_engine(engine_url(settings.warehouse_url))
    with engine.begin() as connection:
        connection.execute(sa.text("DROP VIEW IF EXISTS adults"))
        CITIZENS.to_sql("citizens", connection, index=False, if_exists="replace")
        CITIZENS.to_sql("Odd; name", connection, index=False, if_exists="replace")
        CITIZENS.to_sql("my.table", connection, index=False, if_exists="replace")
        connection.execute(sa.text("CREATE VIEW adults AS SELECT * FROM citizens"))
    engine.dispose()
    return settings


@pytest.mark.parametrize("table", ["citizens", "adults", "Odd; name", "my.table"])
def test_table_or_view(warehouse, table):
    pd.testing.assert_frame_equal(SqlSource(table=table).read(warehouse), CITIZENS)


def test_table_in_a_schema(warehouse):
    schema = "main" if warehouse.warehouse_url.startswith("sqlite") else "public"
    assert len(SqlSource(table=f"{schema}.citizens").read(warehouse)) == len(CITIZENS)
    rows = SqlSource(table=f"{schema}.my.table").read_rows(warehouse, "id", ["2"])
    assert rows["age"].tolist() == [45]
    rows = SqlSource(table="my.table").read_rows(warehouse, "id", ["2"])
    assert rows["age"].tolist() == [45]


def test_query_with_bound_values(warehouse):
    source = SqlSource(
        query='SELECT id FROM citizens WHERE "Full Name" = :name OR age > :age',
        params={"name": "Ann'; DROP TABLE citizens --", "age": 60},
    )
    assert source.read(warehouse)["id"].tolist() == [3]
    assert len(SqlSource(table="citizens").read(warehouse)) == len(CITIZENS)


@pytest.mark.parametrize(
    "fields",
    [{"table": "citizens"}, {"table": "adults"}, {"query": "SELECT * FROM citizens WHERE age > 0"}],
)
@pytest.mark.parametrize(("column", "values"), [("id", ["1", "3"]), ("Full Name", ["Ann", "Cy"])])
def test_rows_by_the_values_of_a_column(warehouse, fields, column, values):
    rows = SqlSource(**fields).read_rows(warehouse, column, [*values, "x' OR '1'='1"])
    pd.testing.assert_frame_equal(rows, CITIZENS.iloc[[0, 2]].reset_index(drop=True))


def test_of_a_table_only_the_rows_asked_for_are_fetched(warehouse, monkeypatch):
    fetched = []
    read = pd.read_sql_query
    monkeypatch.setattr(
        pd,
        "read_sql_query",
        lambda *given, **more: fetched.append(read(*given, **more)) or fetched[-1],
    )
    assert SqlSource(table="citizens").read_rows(warehouse, "id", ["9"]).empty
    assert [len(rows) for rows in fetched] == [0]


def test_rows_by_a_column_that_is_not_there(warehouse):
    with pytest.raises(InputError, match=r"no column 'Full name'.*nearest name is 'Full Name'"):
        SqlSource(table="citizens").read_rows(warehouse, "Full name", ["Ann"])


@pytest.mark.parametrize("fields", [{"table": "citizen"}, {"query": "SELECT * FROM citizen"}])
def test_missing_table_says_what_to_create_and_where(warehouse, fields):
    with pytest.raises(InputError, match='relation "citizen" does not exist') as caught:
        SqlSource(**fields).read(warehouse)
    assert "create and fill the table 'citizen'" in str(caught.value)
    assert shown(warehouse.warehouse_url) in str(caught.value)


@pytest.mark.parametrize("fields", [{"table": "people"}, {"query": "SELECT * FROM people"}])
def test_missing_table_names_the_command_that_fills_it(warehouse, fields):
    command = "mlops-assets seed-citizens --rows 100000"
    with pytest.raises(InputError, match='relation "people" does not exist') as caught:
        SqlSource(**fields, filled_by=command).read(warehouse)
    assert caught.value.todo.startswith(f"run `{command}`, ")


def test_missing_table_hints_at_the_nearest(warehouse):
    with pytest.raises(InputError, match="nearest name is 'citizens'"):
        SqlSource(table="citizen").read(warehouse)


@pytest.mark.parametrize("table", ["staging.citizens", 'x"; DROP TABLE citizens; --'])
def test_missing_schema_or_odd_name(warehouse, table):
    with pytest.raises(InputError) as caught:
        SqlSource(table=table).read(warehouse)
    assert f'relation "{table}" does not exist' in str(caught.value)


def test_table_without_rows(warehouse):
    with pytest.raises(InputError, match="no rows"):
        SqlSource(query="SELECT * FROM citizens WHERE age > 900").read(warehouse)


def test_query_with_repeated_names(warehouse):
    query = "SELECT a.id, b.id FROM citizens a JOIN citizens b ON a.id = b.id"
    with pytest.raises(InputError, match=r"column named \['id'\]"):
        SqlSource(query=query).read(warehouse)


@pytest.mark.parametrize(
    "query",
    ["SELEC 1", "SELECT :missing AS x", "DELETE FROM citizens", "DROP VIEW adults"],
)
def test_unusable_query(warehouse, query):
    with pytest.raises(InputError, match="the query failed"):
        SqlSource(query=query).read(warehouse)
    assert len(SqlSource(table="adults").read(warehouse)) == len(CITIZENS)


def test_values_of_a_failed_query_are_not_shown(warehouse):
    source = SqlSource(query="SELECT nope FROM citizens WHERE id = :id", params={"id": 987654})
    with pytest.raises(InputError) as caught:
        source.read(warehouse)
    assert "987654" not in str(caught.value)


def test_a_warehouse_that_is_not_there_yet_has_no_tables(settings):
    with pytest.raises(InputError, match='relation "citizens" does not exist'):
        SqlSource(table="citizens").read(settings)
    assert not settings.home.exists()


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("postgresql://me:secret@127.0.0.1:1/db", "cannot be reached: connection failed"),
        ("postgresql://me:secret@host:port/db", "not a database URL"),
        ("warehouse", "not a database URL"),
        ("nosuch://me:secret@host/db", "cannot be reached"),
    ],
)
def test_unreachable_warehouse_names_the_variable_and_no_password(settings, url, seen):
    settings = settings.model_copy(update={"warehouse_url": url})
    with pytest.raises(InputError, match=f"(?s)WAREHOUSE_URL.*{seen}") as caught:
        SqlSource(table="citizens").read(settings)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "fields", [{}, {"table": "a", "query": "b"}, {"table": "a", "params": {"x": 1}}]
)
def test_table_or_query(fields):
    with pytest.raises(ValidationError, match="query"):
        SqlSource(**fields)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_uses_psycopg_3(scheme):
    assert engine_url(f"{scheme}://host/db").drivername == "postgresql+psycopg"


def test_shown_hides_password_and_query():
    url = "postgresql://me:secret@host/db?password=secret"
    assert shown(url) == "postgresql+psycopg://me:***@host/db"


def test_the_connection_can_only_read(warehouse):
    with reading(warehouse.warehouse_url) as connection, pytest.raises(sa.exc.DBAPIError):
        connection.execute(sa.text("CREATE TABLE more (a INTEGER)"))
