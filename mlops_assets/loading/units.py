"""What is loaded by itself under `defs`: a folder with a defs.yaml, or a Python file."""

from collections.abc import Iterator
from pathlib import Path

from mlops_assets.spec.defs_files import NAMES


def units(folder: Path) -> Iterator[Path]:
    """The folders and files below `folder` that Dagster would load, in its order."""
    if own_file(folder):
        yield folder
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name != "__pycache__" and not path.name.startswith("."):
            yield from units(path)
        elif path.suffix == ".py" and path.name != "__init__.py":
            yield path


def own_file(folder: Path) -> Path | None:
    """The defs.yaml of a folder, None if it has none."""
    return next((folder / name for name in NAMES if (folder / name).exists()), None)
