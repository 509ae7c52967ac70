"""Append lines to a file per hour, whole or not at all, from any thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY


class HourlyFile:
    """The files `<hour>.jsonl` in a folder, readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._hour, self._file = "", -1
        self._lock = threading.Lock()

    def append(self, now: datetime, lines: Iterable[Mapping[str, Any]]) -> None:
        """Write the lines with one `os.write` to the file of the hour."""
        content = b"".join(orjson.dumps(line, option=OPTIONS) for line in lines)
        with self._lock:
            os.write(self._opened(f"{now:%Y-%m-%dT%H}"), content)

    def _opened(self, hour: str) -> int:
        if hour != self._hour:
            self.folder.mkdir(parents=True, exist_ok=True)
            place = self.folder / f"{hour}.jsonl"
            opened = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            if self._hour:
                os.close(self._file)
            self._hour, self._file = hour, opened
        return self._file
