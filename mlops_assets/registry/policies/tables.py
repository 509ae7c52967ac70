"""The tables of policies in the warehouse, append-only by triggers.

In PostgreSQL they are `exp.policy_versions` and `exp.variants`; SQLite has no schemas, so there
they are `exp_policy_versions` and `exp_variants`. Ids and times have defaults, so that a plain
INSERT of the other columns works. The stage of a version is nowhere here: it is MLflow's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlalchemy as sa

SCHEMA = "exp"
LOCK = 7_219_032
RANDOM_UUID = " || '-' || ".join(f"hex(randomblob({size}))" for size in (4, 2, 2, 2, 6))
UUID = "-".join("[0-9a-f]" * length for length in (8, 4, 4, 4, 12))
# SQLite takes any text where PostgreSQL has types, and a row that cannot be read is never removed.
SQLITE_ID = f"""id TEXT PRIMARY KEY NOT NULL DEFAULT (lower({RANDOM_UUID}))
            CONSTRAINT id_is_a_uuid_in_lower_case CHECK (id GLOB '{UUID}')"""
SQLITE_TIME = """created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
            CONSTRAINT created_at_is_a_time CHECK (datetime(created_at) IS NOT NULL)"""
SQLITE = (
    f"""CREATE TABLE IF NOT EXISTS exp_policy_versions (
        {SQLITE_ID},
        policy_id TEXT NOT NULL
            CONSTRAINT policy_id_is_a_uuid_in_lower_case CHECK (policy_id GLOB '{UUID}'),
        version INTEGER NOT NULL
            CONSTRAINT version_is_a_number_from_1
            CHECK (typeof(version) = 'integer' AND version > 0),
        mlflow_model_name TEXT NOT NULL,
        mlflow_model_version TEXT NOT NULL,
        config_defaults TEXT NOT NULL DEFAULT '{{}}'
            CONSTRAINT config_defaults_is_a_json_object
            CHECK (json_valid(config_defaults) AND json_type(config_defaults) = 'object'),
        {SQLITE_TIME},
        UNIQUE (policy_id, version),
        UNIQUE (policy_id, mlflow_model_name, mlflow_model_version))""",
    f"""CREATE TABLE IF NOT EXISTS exp_variants (
        {SQLITE_ID},
        experiment TEXT NOT NULL,
        name TEXT NOT NULL,
        config TEXT NOT NULL CHECK (json_valid(config)),
        {SQLITE_TIME},
        UNIQUE (experiment, name))""",
    """CREATE TRIGGER IF NOT EXISTS exp_variants_reference BEFORE INSERT ON exp_variants
        WHEN NOT EXISTS (SELECT 1 FROM exp_policy_versions
            WHERE id = json_extract(NEW.config, '$.policy_version_id'))
        BEGIN SELECT RAISE(ABORT, 'config.policy_version_id is no policy version'); END""",
    *(
        f"CREATE TRIGGER IF NOT EXISTS {table}_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in ("exp_policy_versions", "exp_variants")
        for verb in ("UPDATE", "DELETE")
    ),
    # `INSERT OR REPLACE` removes a row without firing the trigger on DELETE.
    """CREATE TRIGGER IF NOT EXISTS exp_policy_versions_replace BEFORE INSERT ON exp_policy_versions
        WHEN EXISTS (SELECT 1 FROM exp_policy_versions WHERE id = NEW.id
            OR (policy_id = NEW.policy_id AND (version = NEW.version
                OR (mlflow_model_name = NEW.mlflow_model_name
                    AND mlflow_model_version = NEW.mlflow_model_version))))
        BEGIN SELECT RAISE(ABORT, 'exp_policy_versions is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS exp_variants_replace BEFORE INSERT ON exp_variants
        WHEN EXISTS (SELECT 1 FROM exp_variants WHERE id = NEW.id
            OR (experiment = NEW.experiment AND name = NEW.name))
        BEGIN SELECT RAISE(ABORT, 'exp_variants is append-only'); END""",
)
POSTGRES = (
    "CREATE SCHEMA IF NOT EXISTS exp",
    """CREATE TABLE IF NOT EXISTS exp.policy_versions (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        policy_id uuid NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        mlflow_model_name text NOT NULL,
        mlflow_model_version text NOT NULL,
        config_defaults jsonb NOT NULL DEFAULT '{}'
            CONSTRAINT config_defaults_is_a_json_object
            CHECK (jsonb_typeof(config_defaults) = 'object'),
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (policy_id, version),
        UNIQUE (policy_id, mlflow_model_name, mlflow_model_version))""",
    """CREATE TABLE IF NOT EXISTS exp.variants (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        experiment text NOT NULL,
        name text NOT NULL,
        config jsonb NOT NULL,
        policy_version_id uuid NOT NULL
            GENERATED ALWAYS AS ((config ->> 'policy_version_id')::uuid) STORED
            REFERENCES exp.policy_versions (id),
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (experiment, name))""",
    """CREATE OR REPLACE FUNCTION exp.refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
    *(
        f"CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON exp.{table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION exp.refuse()"
        for table in ("policy_versions", "variants")
    ),
)


def create(connection: sa.Connection) -> None:
    """Create what is missing, inside the transaction of the connection."""
    import sqlalchemy as sa

    if _is_postgres(connection):
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        if not is_there(connection):
            _run(connection, POSTGRES)
    else:
        _run(connection, SQLITE)


def is_there(connection: sa.Connection) -> bool:
    """Whether the tables have been created."""
    import sqlalchemy as sa

    inspector = sa.inspect(connection)
    if _is_postgres(connection):
        return inspector.has_table("variants", schema=SCHEMA)
    return inspector.has_table(f"{SCHEMA}_variants")


def named(connection: sa.Connection, table: str) -> str:
    """How SQL names the table `policy_versions` or `variants` in this database."""
    return f"{SCHEMA}.{table}" if _is_postgres(connection) else f"{SCHEMA}_{table}"


def _run(connection: sa.Connection, statements: tuple[str, ...]) -> None:
    for statement in statements:
        connection.exec_driver_sql(
            statement.replace("%", "%%") if _is_postgres(connection) else statement
        )


def _is_postgres(connection: sa.Connection) -> bool:
    return connection.dialect.name == "postgresql"
