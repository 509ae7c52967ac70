"""Recognize a home that was copied or moved: its databases name files in the folder it was in."""

import os
from pathlib import Path

from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings

MARKER = "home_folder"


def claim_home(settings: Settings) -> None:
    """Note in a new home which folder it is. Raises `InputError` like `refuse_foreign_home`."""
    refuse_foreign_home(settings)
    if not (settings.home / MARKER).exists():
        settings.home.mkdir(parents=True, exist_ok=True)
        mark(settings.home, settings.home)


def refuse_foreign_home(settings: Settings) -> None:
    """Raise `InputError` if the home was copied or moved here from another folder.

    A home whose MLflow and Dagster are servers names no folder, and may be anywhere.
    """
    if settings.mlflow_is_server and settings.dagster_storage_url:
        return
    if old := foreign_folder(settings.home):
        raise InputError(
            seen=f"the home {settings.home} was copied or moved from {old}, where its databases "
            "still name files",
            expected="a home in the folder in which it was made",
            todo="stop what uses it and run `mlops-assets adopt`, which makes it a home of its "
            f"own, or set MLOPS_ASSETS_HOME={old}",
        )


def foreign_folder(home: Path) -> Path | None:
    """The folder in which `home` was made, unless that is `home` itself, whatever its name."""
    old = _noted(home / MARKER) or _in_dagster_yaml(home)
    if old is None or old == home or (old.exists() and home.exists() and old.samefile(home)):
        return None
    return old


def mark(folder: Path, home: Path) -> None:
    """Note in `folder`, atomically, that it is the home at `home`."""
    part = folder / f"{MARKER}.{os.getpid()}.part"
    part.write_bytes(os.fsencode(home))
    part.replace(folder / MARKER)


def home_around(place: Path) -> Path | None:
    """The home in which `place` is; None if it is in none."""
    return next((it for it in place.parents if _is_home(it)), None)


def _is_home(folder: Path) -> bool:
    return (folder / MARKER).exists() or (folder / "mlflow" / "mlflow.db").exists()


def _noted(marker: Path) -> Path | None:
    try:
        text = marker.read_bytes()
    except FileNotFoundError:
        return None
    return Path(os.fsdecode(text)) if text else None


def _in_dagster_yaml(home: Path) -> Path | None:
    """The home according to the dagster.yaml in it, for homes of releases without the marker."""
    import yaml

    try:
        text = (home / "dagster" / "dagster.yaml").read_text(encoding="utf-8")
        folder = Path(yaml.safe_load(text)["local_artifact_storage"]["config"]["base_dir"])
    except (FileNotFoundError, KeyError, TypeError, yaml.YAMLError):
        return None
    return folder.parent if folder.is_absolute() else None
