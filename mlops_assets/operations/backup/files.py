"""Copy files into a backup and hash them on the way."""

import hashlib
import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Protocol

from mlops_assets.errors import InputError
from mlops_assets.operations.backup.manifest import CHUNK, FILES, Entry, digest


class Hash(Protocol):
    """A hash object of hashlib."""

    def update(self, data: bytes, /) -> None: ...  # noqa: D102

    def hexdigest(self) -> str: ...  # noqa: D102


def copy(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file's content and times, and return its size in bytes and SHA-256.

    Holds one MB in memory.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    sha, size = hashlib.sha256(), 0
    # The target is buffered: unbuffered writes to a nearly full disk can be partial without error.
    with source.open("rb", buffering=0) as reader, target.open("wb") as writer:
        while piece := reader.read(CHUNK):
            sha.update(piece)
            writer.write(piece)
            size += len(piece)
        times = os.fstat(reader.fileno())
    os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))
    return size, sha.hexdigest()


def walk(folder: Path, skip: Collection[Path] = ()) -> Iterator[Path]:
    """Every file under `folder`, following links to other folders, except those in `skip`.

    Links to a parent of the link itself are not followed. Files deleted meanwhile are skipped.
    """
    try:
        items = os.scandir(folder)
    except FileNotFoundError:
        return
    with items:
        for item in items:
            path = Path(item.path)
            if path in skip:
                continue
            if item.is_dir():
                if not (item.is_symlink() and folder.resolve().is_relative_to(path.resolve())):
                    yield from walk(path, skip)
            elif item.is_file():
                yield path


class Taken:
    """The growing list of a backup's files; reports progress with `tell(files, bytes)`."""

    def __init__(self, folder: Path, tell: Callable[[int, int], None]) -> None:
        self.folder, self.tell = folder, tell
        self.count = self.bytes = 0
        self.vanished = 0
        # `x`: of two backups that begin in one folder, one fails here.
        self._lines = (folder / FILES).open("x", encoding="utf-8")

    def copy(self, source: Path, place: str) -> None:
        """Copy a file to its place; a file deleted meanwhile is counted and skipped."""
        try:
            size, sha = copy(source, self.folder / place)
        except FileNotFoundError:
            self.vanished += 1
            return
        except PermissionError as error:
            raise InputError(
                seen=f"{error.filename} cannot be copied: {error.strerror}",
                expected="files that this user can read, and a folder that it can write",
                todo="change the permissions, or run this as the user who owns the state",
            ) from error
        self._add(place, size, sha)

    def written(self, place: str) -> None:
        """Add a file that was written to its place in another way."""
        path = self.folder / place
        self._add(place, path.stat().st_size, digest(path))

    def close(self) -> str:
        """Close the list and return its SHA-256."""
        self._lines.close()
        return digest(self.folder / FILES)

    def _add(self, place: str, size: int, sha: str) -> None:
        self._lines.write(Entry(place=place, size=size, sha256=sha).model_dump_json() + "\n")
        self.count += 1
        self.bytes += size
        self.tell(self.count, self.bytes)
