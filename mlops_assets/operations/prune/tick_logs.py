"""Which logs of sensors and schedules are old; Dagster forgets their ticks, and keeps the files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from mlops_assets.operations.prune.part import Part
from mlops_assets.platform.settings import Settings


def old_tick_logs(settings: Settings, before: datetime) -> Part:
    """The files to remove; there are none where Dagster keeps such logs in an object store."""
    root = settings.dagster_home / "compute_logs"
    old = [it for it in _files(root) if datetime.fromtimestamp(it.stat().st_mtime, UTC) < before]

    def remove() -> str:
        for file in old:
            file.unlink(missing_ok=True)
        return ""

    names = tuple(str(it.relative_to(root)) for it in old)
    return Part("tick logs", names, sum(it.stat().st_size for it in old), remove)


def _files(root: Path) -> Iterator[Path]:
    """What is not of a run: that is in a folder with the run's id, and goes with it."""
    for folder in root.glob("*"):
        if folder.is_dir() and not _is_run(folder.name):
            yield from sorted(it for it in folder.rglob("*") if it.is_file())


def _is_run(name: str) -> bool:
    try:
        return bool(UUID(name))
    except ValueError:
        return False
