"""The time zone of each model, read without loading Dagster."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from mlops_assets.spec.defs_files import child, readable_files

UTC = ZoneInfo("UTC")


def time_zones(folder: Path) -> dict[str, ZoneInfo]:
    """The `schedule.timezone` of each model under `folder`, by its name in the registry.

    A model without one, or with one that only loading makes sense of, such as a template, is
    left out: its days are in UTC. So is one whose file cannot be read.
    """
    found, (files, _) = {}, readable_files(folder)
    for documents in files.values():
        for attributes in (child(document, "attributes") for document in documents):
            name = child(attributes, "registered_name") or child(attributes, "name")
            given = child(child(attributes, "schedule"), "timezone")
            if name is not None and given is not None and (zone := _zone(str(given.value))):
                found[str(name.value)] = zone
    return found


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # unknown, or no name of one at all
        return None
