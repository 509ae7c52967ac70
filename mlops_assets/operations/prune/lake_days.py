"""Which days of the lake are old: what was read, scored and reported on a day long ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mlops_assets.operations.prune.lake import changed
from mlops_assets.operations.prune.part import Part
from mlops_assets.platform.file_systems import open_files
from mlops_assets.platform.lake import POINTER
from mlops_assets.platform.settings import Settings

DAY_PARTS = 3
"""Model, asset and day; what has no day has a place of two parts."""


def old_days(settings: Settings, before: datetime) -> Part:
    """The days to remove with all their files; the last day of each asset stays.

    A day's age is that of its newest value: one that was reported again lately stays.
    """
    files, root = open_files(settings.lake_url)
    found = files.find(root, detail=True) if files.exists(root) else {}
    old = {
        folder: [path for path in found if path.startswith(f"{folder}/")]
        for folder in _earlier(root, found)
        if changed(found[f"{folder}/{POINTER}"]) < before
    }

    def remove() -> str:
        for folder, paths in old.items():
            pointer = f"{folder}/{POINTER}"
            if changed(files.info(pointer)) < before:
                # The pointer goes last: by it, a day is found again if this is stopped.
                for path in sorted(paths, key=lambda it: it == pointer):
                    files.rm_file(path)
        return ""

    size = sum(found[path]["size"] for paths in old.values() for path in paths)
    return Part("lake days", tuple(it.removeprefix(f"{root}/") for it in old), size, remove)


def _earlier(root: str, found: Mapping[str, Any]) -> list[str]:
    """The folders of days, without the last day of each asset."""
    places = [path.removeprefix(f"{root}/").split("/")[:-1] for path in found if _points(path)]
    days = sorted(it for it in places if len(it) == DAY_PARTS)
    last = {(model, asset): day for model, asset, day in days}
    return ["/".join([root, *it]) for it in days if last[it[0], it[1]] != it[2]]


def _points(path: str) -> bool:
    return path.endswith(f"/{POINTER}")
