"""Find and rewrite the file locations recorded by MLflow and Dagster after files have moved."""

import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

# Columns of MLflow's database with file locations.
COLUMNS = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
LOCAL = "({0} LIKE '/%' OR {0} LIKE 'file:/%')"
# Columns with Dagster's events, in PostgreSQL or in any of its SQLite files.
EVENTS = (
    ("event_logs", "event"),
    ("asset_keys", "last_materialization"),
    ("asset_check_executions", "evaluation_event"),
)

ROWS = 1000

Location = Path | str
"""A folder, or the URL of one in an object store."""
Moves = Mapping[Location, Location]


def named(connection: Any) -> list[str]:
    """The folders of experiments with runs, and of runs and models outside their experiment's."""
    found = [
        place
        for (place,) in connection.execute(
            "SELECT artifact_location FROM experiments e WHERE EXISTS "
            "(SELECT 1 FROM runs r WHERE r.experiment_id = e.experiment_id)"
        )
    ]
    for table, column in COLUMNS[1:3]:
        query = (
            f"SELECT o.{column} FROM {table} o JOIN experiments e "  # noqa: S608
            "ON o.experiment_id = e.experiment_id WHERE "
            f"substr(o.{column}, 1, length(e.artifact_location)) <> e.artifact_location"
        )
        found += [place for (place,) in connection.execute(query)]
    return sorted({place for place in found if place})


def move_mlflow(connection: Any, moves: Moves, placeholder: str) -> list[str]:
    """Write the new folders into MLflow's database; return local places that no move covers.

    `placeholder` stands for a value in the driver's SQL: `?` or `%s`. A place is moved only
    once, even if the new folder is inside an old one.
    """
    pairs = [
        (form(old), form(new))
        for old, new in _longest_first(moves)
        if any(before != after for before, after in moves.items())
        for form in (_path, _uri)
    ]
    for table, column in COLUMNS if pairs else ():
        cases, values, where, which = [], [], [], []
        for old, new in pairs:
            is_in = (
                f"({column} = {placeholder} OR substr({column}, 1, {len(old) + 1}) = {placeholder})"
            )
            cases.append(f"WHEN {is_in} THEN {placeholder} || substr({column}, {len(old) + 1})")
            values += [old, f"{old}/", new]
            where.append(is_in)
            which += [old, f"{old}/"]
        connection.execute(
            f"UPDATE {table} SET {column} = CASE {' '.join(cases)} END "  # noqa: S608
            f"WHERE {' OR '.join(where)}",
            [*values, *which],
        )
    return _not_in(
        connection, [form(new) for new in moves.values() for form in (_path, _uri)], placeholder
    )


def _not_in(connection: Any, folders: list[str], placeholder: str) -> list[str]:
    found = []
    for table, column in COLUMNS[1:]:  # an experiment without runs has no files
        inside = " OR ".join(
            f"{column} = {placeholder} OR substr({column}, 1, {len(f) + 1}) = {placeholder}"
            for f in folders
        )
        local = LOCAL.format(column).replace("%", "%%" if placeholder == "%s" else "%")
        query = f"SELECT {column} FROM {table} WHERE {local} AND NOT ({inside})"  # noqa: S608
        values = [value for folder in folders for value in (folder, f"{folder}/")]
        found += [place for (place,) in connection.execute(query, values)]
    return found


def move_dagster(file: Path, moves: Moves) -> None:
    """Write the new folders into the events of one of Dagster's SQLite files."""
    moved = _mover(moves)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.create_function("moved", 1, moved, deterministic=True)
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        for table, column in EVENTS:
            if table in tables:
                connection.execute(
                    f"UPDATE {table} SET {column} = moved({column}) "  # noqa: S608
                    f"WHERE moved({column}) <> {column}"
                )


def move_dagster_server(connection: Any, moves: Moves) -> None:
    """Like `move_dagster` for Dagster's PostgreSQL database, in the `connection`'s transaction."""
    moved = _mover(moves)
    for table, column in EVENTS:
        if connection.execute("SELECT to_regclass(%s)", [table]).fetchone() == (None,):
            continue
        with connection.cursor("events") as reader, connection.cursor() as writer:
            reader.execute(f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
            while rows := reader.fetchmany(ROWS):
                writer.executemany(
                    f"UPDATE {table} SET {column} = %s WHERE id = %s",  # noqa: S608
                    [(new, row) for row, text in rows if (new := moved(text)) != text],
                )


def _mover(moves: Moves) -> Callable[[str | None], str | None]:
    """A function that replaces folders at the start of a JSON string or a `file://` URI."""
    ordered = _longest_first(moves)
    replacements = {_in_json(old): _in_json(new) for old, new in ordered}
    replacements |= {_uri(old): _uri(new) for old, new in ordered}
    pattern = re.compile(f'({"|".join(map(re.escape, replacements))})(?=[/"])')
    return lambda text: text and pattern.sub(lambda found: replacements[found[1]], text)


def _longest_first(moves: Moves) -> list[tuple[Location, Location]]:
    return sorted(moves.items(), key=lambda pair: -len(str(pair[0])))


def _path(folder: Location) -> str:
    return str(folder)


def _uri(folder: Location) -> str:
    return folder if isinstance(folder, str) else folder.as_uri()


def _in_json(folder: Location) -> str:
    return json.dumps(str(folder))[:-1]
