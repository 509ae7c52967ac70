"""Append whole lines to files that several processes may append to.

Lines are written with one `os.write` to a file opened for appending: they are there when it
returns, and whole unless the process is killed within it or the disk is full. Threads and queues
lose what they hold when the process is killed.
"""

from __future__ import annotations

import os
from pathlib import Path


class Appender:
    """Appends to one file of a folder at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name, self._file = "", -1

    def append(self, name: str, lines: bytes) -> None:
        """Append `lines`, which end in a line break, to the file `name`. Raises `OSError`."""
        if name != self._name:
            self.close()
            self._file, self._name = _opened(self._folder / name), name
        try:
            written = os.write(self._file, lines)
            while written < len(lines):  # a disk that is full, or was for a moment
                written += os.write(self._file, lines[written:])
        except OSError:
            self.close()  # opened again, the torn line is ended
            raise

    def close(self) -> None:
        """Close the file."""
        if self._name:
            os.close(self._file)
        self._name = ""


def _opened(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    size = os.fstat(opened).st_size
    if size and os.pread(opened, 1, size - 1) != b"\n":
        os.write(opened, b"\n")  # else the first new line would be lost with the torn one
    return opened
