"""The base class of file sources: locate, download and verify a file."""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import Field

from mlops_assets.data.sources.base import SourceSpec
from mlops_assets.data.sources.checksum import is_url, require_sha256
from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.platform.addresses import without_secrets

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings

DAY = "{day}"


class FileSource(SourceSpec, ABC):
    """A file on this machine or behind an http(s) URL."""

    path: str = Field(
        min_length=1,
        description="Path, absolute or relative to the project's folder, or http(s) URL. For live "
        "rows with one file per day, {day} stands for the date, such as 2026-01-31.",
    )
    sha256: str | None = Field(
        None,
        pattern="^[0-9a-fA-F]{64}$",
        description="SHA-256 of the file in hex. Recommended for a URL, whose content can change; "
        "with it, the file is downloaded only once.",
    )

    @property
    def origin(self) -> str:
        """The path, for messages; a URL without anything that may be a secret."""
        return without_secrets(self.path)

    def load_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str
    ) -> pd.DataFrame:
        """The file of that day if the path contains `{day}`, else the day's rows of the file."""
        if DAY in self.path:
            return self._of(day).load(settings)
        return super().load_day(settings, day, timestamp, zone)

    def load_until_parts(self, settings: Settings, day: date, rows: int) -> Iterator[pd.DataFrame]:
        """The table in parts, as far as the file can be read in parts."""
        return self.load_parts(settings, rows)

    def load_day_parts(
        self, settings: Settings, day: date, timestamp: str | None, zone: str, rows: int
    ) -> Iterator[pd.DataFrame]:
        """The same in parts, as far as the file can be read in parts."""
        if DAY in self.path:
            return self._of(day).load_parts(settings, rows)
        parts = self.load_parts(settings, rows)
        return self._day_of_parts(parts, settings, day, timestamp, zone)

    def _of(self, day: date) -> Self:
        """The source of the file of that day."""
        return self.model_copy(update={"path": self.path.replace(DAY, str(day))})

    def knows_days(self, timestamp: str | None) -> bool:
        """True with `{day}` in the path, because each day then has its own file."""
        return DAY in self.path or super().knows_days(timestamp)

    def content_mark(self, settings: Settings, timestamp: str | None, target: str | None) -> str:
        """By the size and the time of change of each file, or the `sha256` of a URL."""
        if is_url(self.path):
            return self._mark(self.sha256) if self.sha256 else ""
        files = _files_at(absolute(settings.project_root, self.path))
        try:
            found = [(str(it), it.stat().st_size, it.stat().st_mtime_ns) for it in files]
        except OSError:  # one has gone meanwhile
            return ""
        return self._mark(found) if found else ""

    def local_path(self, settings: Settings) -> Path:
        """The local path of the file, downloaded if necessary and with its hash verified."""
        from mlops_assets.data.sources.download import download

        if is_url(self.path):
            return download(self.path, settings.cache_dir, self.sha256)
        path = absolute(settings.project_root, self.path)
        require_exists(path)
        require_sha256(path, self.sha256, self.origin)
        return path


def absolute(root: Path, given: str) -> Path:
    """`given` as an absolute path, relative to `root` or to ~. Raises `InputError` if invalid."""
    try:
        path = root / Path(given).expanduser()
        path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(
            seen=f"the path {given[:100]!r} ({getattr(error, 'strerror', None) or error})",
            expected="a valid path",
            todo="correct `path` in defs.yaml",
        ) from error
    return path


def _files_at(path: Path) -> list[Path]:
    """The file, or those below the folder, by name."""
    return [path] if path.is_file() else sorted(it for it in path.rglob("*") if it.is_file())


def require_exists(path: Path) -> None:
    """Raise `InputError`, suggesting the nearest existing file, if `path` is missing."""
    if path.exists():
        return
    folder = path.parent
    names = sorted(other.name for other in folder.iterdir()) if folder.is_dir() else []
    raise InputError(
        seen=f"no file {path}{nearest(path.name, names)}"
        if folder.is_dir()
        else f"no file {path}, and no folder {folder}",
        expected="a file; relative paths start at the folder with workspace.yaml",
        todo="correct `path` in defs.yaml, or put the file there",
    )
