"""Files and folders of this process that are removed with the last reference to them."""

import os
import shutil
import tempfile
from pathlib import Path
from weakref import finalize

PREFIX = "mlops_assets_"


class TemporaryPath:
    """A new file, or a new folder, for rows that do not fit into memory; in TMPDIR."""

    def __init__(self, path: Path) -> None:
        self.path = path
        remove = shutil.rmtree if path.is_dir() else os.remove
        finalize(self, remove, path)

    @classmethod
    def file(cls, suffix: str) -> "TemporaryPath":
        """An empty file."""
        descriptor, name = tempfile.mkstemp(suffix, PREFIX)
        os.close(descriptor)
        return cls(Path(name))

    @classmethod
    def folder(cls) -> "TemporaryPath":
        """An empty folder."""
        return cls(Path(tempfile.mkdtemp(prefix=PREFIX)))
