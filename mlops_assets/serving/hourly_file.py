"""Append lines to a file per hour, whole or not at all, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from mlops_assets.data.prediction_log.appending import Appender
from mlops_assets.data.prediction_log.places import HOUR

OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY


class HourlyFile:
    """The files `<hour>.jsonl` in a folder, readable by their owner alone."""

    def __init__(self, folder: Path) -> None:
        self._appender, self._lock = Appender(folder), threading.Lock()
        self._hour, self._name = -1, ""

    def append(self, now: datetime, lines: Iterable[Mapping[str, Any]]) -> None:
        """Write the lines to the file of the hour, in UTC. Raises `OSError`."""
        content = b"".join([orjson.dumps(line, option=OPTIONS) for line in lines])
        with self._lock:
            self._appender.append(self._name_at(now), content)

    def _name_at(self, now: datetime) -> str:
        hour = now.toordinal() * 24 + now.hour
        if hour != self._hour:
            self._hour, self._name = hour, f"{now:{HOUR}}.jsonl"
        return self._name
