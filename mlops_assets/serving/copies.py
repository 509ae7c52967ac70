"""Keep the files of a version that served on this machine, for when MLflow is away."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from mlops_assets.errors import InputError
from mlops_assets.kinds.model_files import hashes

ABOUT, FILES, KEPT = "about.json", "files", 2


class Copies:
    """The copies of one model in a folder: one folder a version, the newest last.

    `about.json` names each file with its SHA-256 and is written last, so a copy is whole or none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def new(self) -> Iterator[Path]:
        """An empty folder to fill; it is removed unless `keep` moved it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        made = Path(mkdtemp(prefix=".new_", dir=self.folder))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def keep(self, made: Path, name: str, facts: dict[str, Any]) -> None:
        """Keep the folder as the newest copy, with `facts`, and remove all but two."""
        about = {**facts, "sha256": hashes(made / FILES)}
        (made / ABOUT).write_text(json.dumps(about, indent=2))
        place = self.folder / name
        if place.exists():
            shutil.rmtree(place)
        made.rename(place)
        os.utime(place)
        for old in self._all()[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)

    def newest(self) -> tuple[Path, dict[str, Any]]:
        """The newest copy whose files are those that were kept, and its facts.

        Raises `InputError` if there is none.
        """
        for place in self._all():
            about = json.loads((place / ABOUT).read_text())
            if hashes(place / FILES) == about["sha256"]:
                return place / FILES, about
        raise InputError(
            seen=f"no undamaged copy of a version in {self.folder}",
            expected="a version that has served on this machine before",
            todo="start MLflow, or look at MLFLOW_TRACKING_URI",
        )

    def _all(self) -> list[Path]:
        """The whole copies, the newest first."""
        found = [it.parent for it in self.folder.glob(f"[!.]*/{ABOUT}")]
        return sorted(found, key=lambda it: it.stat().st_mtime, reverse=True)
