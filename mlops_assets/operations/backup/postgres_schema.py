"""The schema of a PostgreSQL database as statements, from the server's own catalogue."""

# Built of constants alone:
# ruff: noqa: S608

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    import psycopg

# Ours to dump: no system schema, nothing that an extension brings, nothing moved aside.
OURS = (
    "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') "
    "AND n.nspname NOT LIKE '%.before-%' AND NOT EXISTS "
    "(SELECT FROM pg_depend d WHERE d.objid = {oid} AND d.deptype = 'e')"
)
CLASS = "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE " + OURS.format(
    oid="c.oid"
)

EXTENSIONS = (
    "SELECT format('CREATE EXTENSION IF NOT EXISTS %I', extname) "
    "FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY oid"
)
SCHEMAS = (
    "SELECT format('CREATE SCHEMA IF NOT EXISTS %I', n.nspname) FROM pg_namespace n "
    "WHERE n.nspname NOT LIKE 'pg\\_%' AND " + OURS.format(oid="n.oid") + " ORDER BY 1"
)
ENUMS = (
    "SELECT format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname, "
    "(SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) "
    "FROM pg_enum WHERE enumtypid = t.oid)) "
    "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
    "WHERE t.typtype = 'e' AND " + OURS.format(oid="t.oid") + " ORDER BY t.oid"
)
# Sequences of identity columns are made with their table.
SEQUENCES = (
    "SELECT format('CREATE SEQUENCE %I.%I AS %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s "
    "CACHE %s %s', n.nspname, c.relname, format_type(s.seqtypid, NULL), s.seqstart, "
    "s.seqincrement, s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' "
    "ELSE 'NO CYCLE' END) FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE " + OURS.format(oid="c.oid") + " AND "
    "NOT EXISTS (SELECT FROM pg_depend i WHERE i.objid = c.oid AND i.deptype = 'i') ORDER BY c.oid"
)
OWNED = (
    "SELECT format('ALTER SEQUENCE %s OWNED BY %s.%I', s.oid::regclass, d.refobjid::regclass, "
    "a.attname) FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype = 'a' "
    "AND d.refclassid = 'pg_class'::regclass JOIN pg_attribute a ON a.attrelid = d.refobjid "
    "AND a.attnum = d.refobjsubid WHERE s.relkind = 'S' ORDER BY s.oid"
)
VALUES = (
    "SELECT format('SELECT setval(%L, %s)', format('%I.%I', schemaname, sequencename), last_value) "
    "FROM pg_sequences WHERE last_value IS NOT NULL AND schemaname NOT LIKE '%.before-%' "
    "ORDER BY 1"
)
TABLES = (
    f"SELECT c.oid, format('%I.%I', n.nspname, c.relname) {CLASS} AND c.relkind = 'r' ORDER BY 1"
)
COLUMNS = (
    "SELECT quote_ident(a.attname), a.attgenerated <> '', format('%I %s%s%s%s', a.attname, "
    "format_type(a.atttypid, a.atttypmod), "
    "CASE WHEN k.collname IS NULL THEN '' "
    "ELSE format(' COLLATE %I.%I', kn.nspname, k.collname) END, "
    "CASE a.attidentity WHEN '' THEN '' ELSE format(' GENERATED %s AS IDENTITY (SEQUENCE NAME %s "
    "START %s INCREMENT %s)', CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, "
    "s.seqrelid::regclass, s.seqstart, s.seqincrement) END || "
    "CASE a.attgenerated WHEN 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', "
    "pg_get_expr(e.adbin, e.adrelid)) WHEN 'v' THEN format(' GENERATED ALWAYS AS (%s)', "
    "pg_get_expr(e.adbin, e.adrelid)) ELSE '' END, "
    "CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), "
    "CASE WHEN a.attgenerated = '' THEN pg_get_expr(e.adbin, e.adrelid) END "
    "FROM pg_attribute a LEFT JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum "
    "LEFT JOIN pg_collation k ON k.oid = a.attcollation AND a.attcollation <> "
    "(SELECT typcollation FROM pg_type WHERE oid = a.atttypid) "
    "LEFT JOIN pg_namespace kn ON kn.oid = k.collnamespace "
    "LEFT JOIN pg_depend i ON i.refobjid = a.attrelid AND i.refobjsubid = a.attnum "
    "AND i.deptype = 'i' AND i.classid = 'pg_class'::regclass AND a.attidentity <> '' "
    "LEFT JOIN pg_sequence s ON s.seqrelid = i.objid "
    "WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
)
FUNCTIONS = (
    "SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "WHERE p.prokind IN ('f', 'p') AND " + OURS.format(oid="p.oid") + " AND {condition} "
    "ORDER BY p.oid"
)
# A function that takes or gives a table's rows, or whose body is parsed already, comes after the
# tables; a computed column may need any other.
NEEDS_TABLES = (
    "(to_jsonb(p)->>'prosqlbody' IS NOT NULL OR EXISTS (SELECT FROM pg_type t WHERE "
    "t.typtype = 'c' AND t.oid = ANY (p.prorettype || p.proargtypes::oid[])))"
)
# Primary keys and uniqueness before foreign keys, which need them. NOT NULL is in the columns.
CONSTRAINTS = (
    "SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, "
    "pg_get_constraintdef(k.oid)) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.contype IN ('p', 'u', 'c', 'x', 'f') "
    "AND " + OURS.format(oid="c.oid") + " ORDER BY k.contype = 'f', k.contype <> 'p', k.oid"
)
INDEXES = (
    "SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND "
    + OURS.format(oid="c.oid")
    + " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid "
    "AND k.contype IN ('p', 'u', 'x')) ORDER BY i.indexrelid"
)
VIEWS = (
    "SELECT format('CREATE VIEW %I.%I AS %s', n.nspname, c.relname, pg_get_viewdef(c.oid)) "
    f"{CLASS} AND c.relkind = 'v' ORDER BY c.oid"
)
TRIGGERS = (
    "SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND "
    + OURS.format(oid="c.oid")
    + " ORDER BY t.oid"
)
UNKNOWN = (
    "SELECT format('%I.%I', n.nspname, c.relname) "
    f"{CLASS} AND (c.relkind IN ('p', 'f') OR c.relispartition OR EXISTS "
    "(SELECT FROM pg_inherits h WHERE h.inhrelid = c.oid) OR (c.relkind = 'r' AND EXISTS "
    "(SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid "
    "AND a.attnum > 0 AND t.typtype IN ('d', 'c')))) ORDER BY 1"
)
LEFT_OUT = (
    f"SELECT format('materialized view %I.%I', n.nspname, c.relname) {CLASS} AND c.relkind = 'm'"
)


class Table(BaseModel):
    """A table's quoted name and the quoted columns that hold rows: none that is computed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    columns: tuple[str, ...]

    def rows(self) -> str:
        """What COPY reads them from."""
        return f"{self.name} ({', '.join(self.columns)})"


class Schema(BaseModel):
    """Statements to run before the rows of `tables` are loaded, and after.

    `left_out` names what is not restored. Rights and comments never are.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: tuple[str, ...]
    tables: tuple[Table, ...]
    after: tuple[str, ...]
    left_out: tuple[str, ...]


def read_schema(connection: psycopg.Connection) -> Schema:
    """The schema that `connection` sees. Raises `InputError` for tables it cannot express."""
    # Names come with their schema only where the search path does not lead to them.
    connection.execute("SET LOCAL search_path = pg_catalog")
    if unknown := _all(connection, UNKNOWN):
        raise InputError(
            seen=f"tables with partitions, parents, or columns of composite types: {unknown}",
            expected="ordinary tables",
            todo="dump this database with pg_dump; leave a warehouse out with --without-warehouse",
        )
    tables, create, defaults = [], [], []
    for oid, name in connection.execute(TABLES).fetchall():
        table, statement, values = _table(connection, oid, name)
        tables.append(table)
        create.append(statement)
        defaults += values
    made = [_all(connection, query) for query in (SCHEMAS, EXTENSIONS, ENUMS, SEQUENCES)]
    after = (CONSTRAINTS, INDEXES, VIEWS, TRIGGERS)
    return Schema(
        before=(
            "SET LOCAL search_path = pg_catalog",
            "SET LOCAL check_function_bodies = off",
            *(statement for statements in made for statement in statements),
            *_all(connection, FUNCTIONS.replace("{condition}", f"NOT {NEEDS_TABLES}")),
            *create,
            *_all(connection, FUNCTIONS.replace("{condition}", NEEDS_TABLES)),
            *defaults,
            *_all(connection, OWNED),
        ),
        tables=tuple(tables),
        after=(
            *_all(connection, VALUES),
            *(statement for query in after for statement in _all(connection, query)),
        ),
        left_out=tuple(_all(connection, LEFT_OUT)),
    )


def _table(connection: Any, oid: int, name: str) -> tuple[Table, str, list[str]]:
    # psycopg reads `%` in a query with parameters as the beginning of one.
    query = COLUMNS.replace("%", "%%").replace("attrelid = %%s", "attrelid = %s")
    found = connection.execute(query, [oid]).fetchall()
    columns = tuple(column for column, computed, _, _ in found if not computed)
    statement = f"CREATE TABLE {name} ({', '.join(text for _, _, text, _ in found)})"
    defaults = [
        f"ALTER TABLE {name} ALTER COLUMN {column} SET DEFAULT {value}"
        for column, _, _, value in found
        if value is not None
    ]
    return Table(name=name, columns=columns), statement, defaults


def _all(connection: Any, query: str) -> list[str]:
    return [value for (value,) in connection.execute(query).fetchall()]
