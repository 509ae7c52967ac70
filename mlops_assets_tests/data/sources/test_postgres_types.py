"""Types that only PostgreSQL has, as a source reads them, and as a model is made of them."""

from datetime import date

import psycopg
import pytest

from mlops_assets.data.sources.sql import SqlSource
from mlops_assets.spec.inference import propose

TYPES = {
    "id": "integer",
    "amount": "numeric(12,3)",
    "account": "numeric(22,0)",
    "maybe_big": "bigint",
    "facts": "jsonb",
    "parts": "integer[]",
    "at": "timestamptz",
    "born": "date",
    "person": "uuid",
    "photo": "bytea",
    "mood": "mood",
    "address": "inet",
    "stay": "interval",
    "ages": "int4range",
    "open": "boolean",
}
INSERT = r"""
INSERT INTO "Visits of 2026" VALUES
  (1, 7.5, 1234567890123456789012, 9007199254740993, '{"b": [1], "a": null}', '{1,2}',
   '2026-03-29 00:30+01', '2026-03-28', '00000000-0000-0000-0000-00000000000a', '\xc4cb', 'ok',
   '10.0.0.1', '1 day 2 hours', '[1,5]', true),
  (2, 8.25, 1234567890123456789013, NULL, '[true]', NULL, '2026-03-29 23:30+02', NULL,
   '00000000-0000-0000-0000-00000000000b', NULL, 'sad', NULL, NULL, 'empty', NULL)
"""
MORE = """
INSERT INTO "Visits of 2026" SELECT v.* FROM "Visits of 2026" v, generate_series(1, 99);
UPDATE "Visits of 2026"
  SET mood = CASE hashtext(ctid::text) % 2 WHEN 0 THEN 'ok' ELSE 'sad' END::mood
"""
IN_SCHEMA = 'SET search_path TO "Clinic A", public'
TABLE = "Clinic A.Visits of 2026"  # quoted by the source, part by part


@pytest.fixture
def visits(new_database, settings):
    """Settings with a table of `TYPES` in a schema and of a name that need quotes."""
    url = new_database()
    columns = ", ".join(f"{name} {type_}" for name, type_ in TYPES.items())
    with psycopg.connect(url) as connection:
        connection.execute('CREATE SCHEMA "Clinic A"')
        connection.execute(IN_SCHEMA)
        connection.execute("CREATE TYPE mood AS ENUM ('ok', 'sad')")
        connection.execute(f'CREATE TABLE "Visits of 2026" ({columns})')
        connection.execute(INSERT)
    return settings.model_copy(update={"warehouse_url": url})


def test_every_type_is_read_as_plain_text_or_a_number(visits):
    first = SqlSource(table=TABLE).read(visits).iloc[0]
    read = {name: first[name] for name in TYPES if name not in ("at", "born")}
    assert read == {
        "id": 1,
        "amount": 7.5,
        "account": "1234567890123456789012",
        "maybe_big": 9007199254740993,
        "facts": '{"a": null, "b": [1]}',
        "parts": "[1, 2]",
        "person": "00000000-0000-0000-0000-00000000000a",
        "photo": r"\xc4cb",
        "mood": "ok",
        "address": "10.0.0.1",
        "stay": 26 * 3600.0,
        "ages": "[1, 6)",
        "open": True,
    }


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount", "8.25"),
        ("account", "1234567890123456789013"),
        ("person", "00000000-0000-0000-0000-00000000000b"),
        ("mood", "sad"),
        ("facts", "[true]"),
    ],
)
@pytest.mark.parametrize("how", ["table", "query"])
def test_a_row_is_found_by_the_text_of_any_type(visits, column, value, how):
    quoted = '"Clinic A"."Visits of 2026"'
    source = SqlSource(table=TABLE) if how == "table" else SqlSource(query=f"TABLE {quoted}")
    assert source.read_rows(visits, column, [value])["id"].tolist() == [2]


def test_the_day_of_a_timestamptz_is_that_of_the_models_time_zone(visits):
    read_day, day = SqlSource(table=TABLE).read_day, date(2026, 3, 29)
    assert read_day(visits, day, "at", "Europe/Berlin")["id"].tolist() == [1, 2]
    assert read_day(visits, day, "at", "UTC")["id"].tolist() == [2]
    assert read_day(visits, day, "at", "America/Sao_Paulo")["id"].tolist() == [2]
    assert read_day(visits, day, "at", "Asia/Kathmandu")["id"].tolist() == [1]


def test_a_model_is_proposed_for_a_table_with_all_of_them(visits):
    with psycopg.connect(visits.warehouse_url) as connection:
        connection.execute(IN_SCHEMA)
        connection.execute(MORE)
    source = SqlSource(table=TABLE)
    given = {"name": "visits", "target": "mood", "source": source.model_dump()}
    proposal = propose(source.read(visits), **given)
    assert {"amount", "facts", "photo", "address"} <= set(proposal.columns.names)
