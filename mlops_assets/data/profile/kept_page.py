"""The newest profile report of a model, kept so that the same rows are not rendered again."""

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from mlops_assets.platform import evidently_page

# What the page is made by, besides Evidently.
RENDERERS = (Path(__file__).with_name("report.py"), Path(evidently_page.__file__))
ENDING = ".html.gz"


class KeptPage(NamedTuple):
    """A page in `folder`, which has only the newest; `digest` is of all that decides it."""

    folder: Path
    digest: str

    @classmethod
    def of(cls, folder: Path, parts: Iterable[bytes]) -> "KeptPage":
        """The page that is rendered from `parts`."""
        found = hashlib.sha256(_renderers())
        for part in parts:
            found.update(hashlib.sha256(part).digest())
        return cls(folder, found.hexdigest())

    def read(self) -> str | None:
        """The page; None if there is none, or none that can be read."""
        try:
            return gzip.decompress(self._file.read_bytes()).decode()
        except (OSError, EOFError, zlib.error):
            return None

    def keep(self, html: str) -> None:
        """Write the page, and remove the ones before it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        written = self.folder / f"{os.getpid()}.part"
        written.write_bytes(gzip.compress(html.encode(), compresslevel=1))
        before = [it for it in self.folder.glob(f"*{ENDING}") if it != self._file]
        written.replace(self._file)
        for old in before:
            old.unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        return self.folder / f"{self.digest}{ENDING}"


@cache
def _renderers() -> bytes:
    return b"".join([version("evidently").encode(), *(it.read_bytes() for it in RENDERERS)])
