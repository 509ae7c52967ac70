"""Append lines to a file per hour, whole or not at all, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from mlops_assets.data.prediction_log.appending import Appender
from mlops_assets.data.prediction_log.places import HOUR

OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY

NEVER = datetime.min.replace(tzinfo=UTC)


class HourlyFile:
    """The files `<hour>.jsonl` in a folder, readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self._appender, self._lock = Appender(folder), threading.Lock()
        self._name, self._begin, self._end = "", NEVER, NEVER

    def append(self, now: datetime, lines: Iterable[Mapping[str, Any]]) -> None:
        """Write the lines to the file of the hour. Raises `OSError`."""
        self.write(now, b"".join([orjson.dumps(line, option=OPTIONS) for line in lines]))

    def write(self, now: datetime, lines: bytes) -> None:
        """Write whole lines to the file of the hour, `now` in UTC. Raises `OSError`."""
        with self._lock:
            if not self._begin <= now < self._end:  # to format a time costs as much as to write
                self._turn_to(now)
            self._appender.append(self._name, lines)

    def _turn_to(self, now: datetime) -> None:
        self._begin = now.replace(minute=0, second=0, microsecond=0)
        self._end = self._begin + timedelta(hours=1)
        self._name = f"{now:{HOUR}}.jsonl"
