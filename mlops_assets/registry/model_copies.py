"""Copies of models' files on this machine: by digest, verified when read, and bounded by size."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile, is_zipfile

from filelock import FileLock
from pydantic import BaseModel, Field, ValidationError

from mlops_assets.errors import InputError
from mlops_assets.kinds.model_files import SEAL, damaged, hashes

if TYPE_CHECKING:
    from mlops_assets.platform.settings import Settings

FOLDER, FILES, KEPT = "model_copies", "files", "kept"


class Note(BaseModel):
    """Where the files of a model are, and what they were when they were fetched."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    sha256: dict[str, str] = Field(min_length=1)


class ModelCopies:
    """A folder with the files of models that were used on this machine.

    The files of a model are in `files/<digest>`, where the digest is the SHA-256 of the names and
    SHA-256 of all files; `<model id>.json` has both. A logged model never changes, so its copy is
    as good as MLflow's. Once there are more than `limit` bytes, the models used longest ago go,
    but none that is named in `kept/`: what served here must start without MLflow.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder, self.limit = folder, limit

    @classmethod
    def of(cls, settings: Settings) -> ModelCopies:
        """The copies in the home of the settings."""
        return cls(settings.home / FOLDER, settings.model_cache_mb << 20)

    def get(self, model_id: str) -> Path:
        """The folder with the model's files; from MLflow, which must be open, if not here.

        Nobody may write to it. Raises `InputError` if MLflow's files are not those that were saved.
        """
        return self.held(model_id) or self._fetched(model_id)

    def held(self, model_id: str) -> Path | None:
        """The same without MLflow; None if there is no undamaged copy here."""
        about = self._about(model_id)
        note = _note_in(about)
        if note is None or hashes(place := self._place(note)) != note.sha256:
            return None
        with suppress(OSError):  # a home that can only be read
            os.utime(about)
        return place

    def keep(self, group: str, name: str, facts: dict[str, Any], newest: int) -> None:
        """Keep the copy of `facts["model_id"]` for a group, such as what a model has served.

        Of the group only the `newest` are kept.
        """
        folder = self.folder / KEPT / group
        folder.mkdir(parents=True, exist_ok=True)
        with self._changing():
            _write(folder / f"{name}.json", json.dumps(facts, indent=2))
            for old in self._group(group)[newest:]:
                old.unlink()

    def kept(self, group: str) -> list[dict[str, Any]]:
        """The facts of what is kept for a group, the newest first."""
        return [facts for it in self._group(group) if (facts := _facts_in(it))]

    def _changing(self) -> FileLock:
        """Only one process at a time adds or removes copies."""
        return FileLock(self.folder / ".lock")

    def _about(self, model_id: str) -> Path:
        return self.folder / f"{model_id}.json"

    def _place(self, note: Note) -> Path:
        return self.folder / FILES / note.digest

    def _group(self, group: str) -> list[Path]:
        return _newest_first((self.folder / KEPT / group).glob("*.json"))

    def _fetched(self, model_id: str) -> Path:
        from mlflow.artifacts import download_artifacts

        made = self._new_folder()
        try:
            uri = f"models:/{model_id}"
            download_artifacts(artifact_uri=uri, dst_path=str(made))
            found = hashes(made)
            _require_saved(made, found, uri)
            with self._changing():
                return self._placed(model_id, made, found)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _new_folder(self) -> Path:
        files = self.folder / FILES
        try:
            files.mkdir(parents=True, exist_ok=True)
            return Path(mkdtemp(prefix=".new_", dir=files))
        except OSError as error:
            raise InputError(
                seen=f"{files} cannot be written to: {error}",
                expected="a folder for copies of models, in the home",
                todo="correct its permissions, or set MLOPS_ASSETS_HOME to another home",
            ) from error

    def _placed(self, model_id: str, made: Path, found: dict[str, str]) -> Path:
        digest = hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
        note = Note(digest=digest, sha256=found)
        place = self._place(note)
        if place.exists() and hashes(place) != found:  # damaged since
            shutil.rmtree(place)
        if not place.exists():
            made.rename(place)
        _write(self._about(model_id), note.model_dump_json())
        self._make_room()
        return place

    def _make_room(self) -> None:
        """Remove the models used longest ago, until the rest fits; the newest always stays."""
        named = map(_facts_in, (self.folder / KEPT).rglob("*.json"))
        kept = {facts.get("model_id") for facts in named}
        left, used = self.limit, set[str]()
        for place, about in enumerate(_newest_first(self.folder.glob("m-*.json"))):
            note = _note_in(about)
            if note and note.digest not in used:
                left -= folder_bytes(self._place(note))
            if note and (place == 0 or left >= 0 or about.stem in kept):
                used.add(note.digest)
            else:
                about.unlink()
        for folder in (self.folder / FILES).glob("[!.]*"):
            if folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)


def _note_in(path: Path) -> Note | None:
    """None if there is none, or none that can be read: then the model is fetched again."""
    try:
        return Note.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _facts_in(path: Path) -> dict[str, Any]:
    """Empty if they cannot be read."""
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, TypeError, ValueError):
        return {}


def folder_bytes(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(it.stat().st_size for it in folder.rglob("*") if it.is_file())


def unpacked_bytes(folder: Path) -> int:
    """Bytes of all files in a folder, of archives those of what is in them.

    About what a loaded model takes in memory: skops saves arrays as they are, compressed.
    """
    return sum(map(_unpacked, (it for it in folder.rglob("*") if it.is_file())))


def _unpacked(path: Path) -> int:
    if not is_zipfile(path):
        return path.stat().st_size
    with ZipFile(path) as archive:
        return sum(it.file_size for it in archive.infolist())


def _require_saved(folder: Path, found: dict[str, str], uri: str) -> None:
    """Raise `InputError` if a file differs from the SHA-256 that it was saved with.

    The kind that loads the model also refuses files that were added.
    """
    from mlflow.models import Model

    noted = (Model.load(str(folder)).metadata or {}).get(SEAL) or {}
    for name, sha256 in noted.items():
        if found.get(name) != sha256:
            raise damaged(uri, f"{name} is not the file that was saved")


def _newest_first(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda it: it.stat().st_mtime, reverse=True)


def _write(path: Path, text: str) -> None:
    """Write a file as a whole: whoever reads it sees the old text or the new."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text)
    part.replace(path)
