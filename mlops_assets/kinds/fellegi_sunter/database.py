"""Temporary in-memory DuckDB databases, and Splink linkers on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from splink import Linker

    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel

IN_PARALLEL = "pragma verify_parallelism"
"""Scan tables in parallel even below 122,880 rows. The row order is then undefined, so this is only
for queries that treat each row independently."""


@contextmanager
def database() -> Iterator[DuckDBPyConnection]:
    """Open an empty in-memory database; what exceeds memory spills to a temporary folder."""
    import duckdb

    with TemporaryDirectory() as folder:
        connection = duckdb.connect(
            config={
                "temp_directory": folder,
                "autoinstall_known_extensions": False,
                "preserve_insertion_order": False,
            }
        )
        try:
            yield connection
        finally:
            connection.close()


def linker(connection: DuckDBPyConnection, table: str, settings: dict[str, Any]) -> Linker:
    """A Splink linker for a table of this database, without Splink's log output."""
    from splink import DuckDBAPI, Linker

    rows = DuckDBAPI(connection).register(table)
    # Validating the settings takes more than half of this, to log warnings that nobody sees.
    return Linker(rows, settings, log_level="ERROR", validate_settings=False)


def trained_linker(connection: DuckDBPyConnection, table: str, model: LinkageModel) -> Linker:
    """A Splink linker with the learned parameters and the stored term frequencies."""
    ready = linker(connection, table, model.settings)
    for field, frequencies in model.frequencies.items():
        lookup = ready._db_api.register(frequencies)
        ready.table_management.register_term_frequency_lookup(lookup, field)
    return ready
