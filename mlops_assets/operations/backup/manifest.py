"""The contents of a backup: a manifest, and one line with size and SHA-256 per file."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from mlops_assets.errors import InputError

# Format 1 has PostgreSQL databases as statements and rows, format 2 as dumps of `pg_dump`. Format 3
# may have files of an object store.
FORMAT, READABLE = 3, (1, 2, 3)
MANIFEST, FILES = "manifest.json", "files.jsonl"
CHUNK = 1 << 20


class Entry(BaseModel):
    """A file of the backup: its path in the folder, size in bytes and SHA-256 in hex."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: str
    size: int
    sha256: str


class Dump(BaseModel):
    """A PostgreSQL database: its file (in format 1 its folder), and the variables that named it.

    `pg_dump` is the major version of the program that wrote it, None in format 1.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: str
    variables: tuple[str, ...]
    pg_dump: int | None = None


class Manifest(BaseModel):
    """When a backup was taken, and what it contains. `places` maps each old folder to its place.

    `remote` does the same for URLs of an object store. `settings` have no passwords. `left_out`
    describes what is not in the backup.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = FORMAT
    taken_at: str
    seconds: float
    versions: dict[str, str]
    settings: dict[str, str]
    places: dict[str, str]
    remote: dict[str, str] = {}
    dumps: tuple[Dump, ...] = ()
    left_out: tuple[str, ...] = ()
    files: int
    bytes: int
    files_sha256: str

    @property
    def variables(self) -> frozenset[str]:
        """The variables whose PostgreSQL databases the backup contains."""
        return frozenset(variable for dump in self.dumps for variable in dump.variables)


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest atomically, after everything else has reached the disk."""
    os.sync()
    part = folder / f"{MANIFEST}.part"
    part.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    part.replace(folder / MANIFEST)


def read(folder: Path) -> Manifest:
    """Read the manifest of a finished backup. Raises `InputError` if there is none."""
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(
            seen=f"{folder} has no {MANIFEST}" if folder.is_dir() else f"no folder {folder}",
            expected="the folder of a finished backup: the manifest is written last",
            todo="choose another backup, or take one: mlops-assets backup DIR",
        )
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise damaged(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if manifest.format not in READABLE:
        raise InputError(
            seen=f"{path} has format {manifest.format}",
            expected=f"format {' or '.join(map(str, READABLE))}, which this release reads",
            todo="restore it with the release that took it: see `versions` in the manifest",
        )
    return manifest


def entries(folder: Path) -> Iterator[Entry]:
    """Yield the files of a backup. Raises `InputError` for an invalid line."""
    with (folder / FILES).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                entry = Entry.model_validate_json(line)
            except ValidationError:
                raise damaged(folder / FILES, f"line {number} is not a valid entry") from None
            if not _is_inside(entry.place):
                raise damaged(folder / FILES, f"line {number} leads out of the backup")
            yield entry


def _is_inside(place: str) -> bool:
    path = PurePosixPath(place)
    return not path.is_absolute() and ".." not in path.parts


def verify(folder: Path, manifest: Manifest, count=lambda size: None) -> None:
    """Raise `InputError` for the first file that differs from what was written, or is listed twice.

    `count` is called with the size of each intact file.
    """
    if not (folder / FILES).is_file() or digest(folder / FILES) != manifest.files_sha256:
        raise damaged(folder / FILES, f"its SHA-256 differs from {MANIFEST}")
    _verify_places(folder, manifest)
    for entry in entries(folder):
        path = folder / entry.place
        try:
            why = _difference(path, entry)
        except OSError as error:
            why = str(error.strerror)
        if why:
            raise damaged(path, why)
        count(entry.size)


def _verify_places(folder: Path, manifest: Manifest) -> None:
    """Raise `InputError` for a list or a manifest that no backup writes."""
    places, size = set(), 0
    for entry in entries(folder):
        if (place := str(PurePosixPath(entry.place))) in places:
            raise damaged(folder / FILES, f"{place} is listed twice")
        places.add(place)
        size += entry.size
    if (len(places), size) != (manifest.files, manifest.bytes):
        raise damaged(folder / FILES, f"{MANIFEST} counts other files or bytes")
    given = [
        *manifest.places.values(),
        *manifest.remote.values(),
        *(dump.place for dump in manifest.dumps),
    ]
    if not all(map(_is_inside, given)) or not all(map(_is_folder, manifest.places)):
        raise damaged(folder / MANIFEST, "a place leads out of the backup")


def _is_folder(old: str) -> bool:
    """Whether `old` can have been a folder of a home: absolute, and not the root."""
    return PurePosixPath(old).is_absolute() and len(PurePosixPath(old).parts) > 1


def _difference(path: Path, entry: Entry) -> str:
    """How a file differs from its entry; empty if it does not."""
    if path.resolve() != path:  # it or a folder above it
        return "it is a symbolic link, which no backup has"
    if not path.is_file():
        return "the file is missing"
    if (size := path.stat().st_size) != entry.size:
        return f"{size} bytes instead of {entry.size}"
    return "" if digest(path) == entry.sha256 else "its SHA-256 differs from the list"


def digest(path: Path) -> str:
    """The SHA-256 of a file in hex, read in chunks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damaged(
    path: Path, why: str, todo: str = "restore another backup; nothing has been changed"
) -> InputError:
    """The error for a backup that differs from what was written."""
    return InputError(
        seen=f"{path} is damaged: {why}", expected="the backup as it was written", todo=todo
    )
