"""How much room the state takes, part by part."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from mlops_assets.operations.health.check import Seen
from mlops_assets.platform.postgres import connected, is_postgres
from mlops_assets.platform.settings import Settings

SECONDS = 5.0
"""A check has ten; whoever has that many files sees a lower bound."""
PARTS = ("dagster", "mlflow", "lake", "model_copies", "serving", "cache")


def sizes(settings: Settings) -> Seen:
    """Count the bytes of each part of the home, and of the databases in PostgreSQL.

    What is in an object store is not counted: that takes a request for every 1,000 files.
    """
    ends = time.monotonic() + SECONDS
    found = [f"{name} {_shown(*_folder(settings.home / name, ends))}" for name in PARTS]
    own = [it for it in settings.home.glob("*") if it.is_file()]
    found.append(f"other files {_shown(sum(it.stat().st_size for it in own), whole=True)}")
    found += [f"{name} {_shown(size, whole=True)}" for name, size in _databases(settings)]
    todo = "see `mlops-assets prune --older-than 90d` for what can go"
    return Seen(", ".join(it for it in found if not it.endswith(" 0 MB")), "healthy", todo)


def _folder(folder: Path, ends: float) -> tuple[int, bool]:
    """Bytes in the folder, and whether all of it was counted."""
    total = 0
    for place, _, names in os.walk(folder):
        if time.monotonic() > ends:
            return total, False
        total += sum(_bytes(Path(place, name)) for name in names)
    return total, True


def _bytes(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:  # removed meanwhile
        return 0


def _databases(settings: Settings) -> Iterator[tuple[str, int]]:
    urls = {
        "MLflow's database": settings.mlflow_database,
        "Dagster's database": settings.dagster_storage_url,
        "the ledger's": settings.ledger_url,
        "the warehouse": settings.warehouse_url,
    }
    for name, url in urls.items():
        if is_postgres(url):
            with connected(url) as connection:
                ((size,),) = connection.execute("SELECT pg_database_size(current_database())")
            yield name, size


def _shown(size: int, whole: bool) -> str:
    return f"{'' if whole else 'more than '}{size / 1e6:,.0f} MB"
