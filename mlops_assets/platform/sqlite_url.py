"""SQLAlchemy URLs of SQLite files, whatever characters are in their paths."""

from __future__ import annotations

from pathlib import Path


def sqlite_url(file: Path) -> str:
    """The URL of a SQLite file; SQLAlchemy takes `%41` for `A`, and `?` for the end of the path."""
    return f"sqlite:///{str(file).replace('%', '%25').replace('?', '%3F')}"


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite URL; None for any other URL and for a database in memory."""
    if not url.startswith("sqlite:"):
        return None
    from mlops_assets.platform.warehouse.reading import engine_url

    name = engine_url(url).database
    return Path(name).resolve() if name and name != ":memory:" else None
