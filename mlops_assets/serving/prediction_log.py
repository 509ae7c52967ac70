"""Write each answer to an hourly file, one JSON line a row, in the request that it answers.

A line is written with one `os.write` to a file opened for appending: it is there when the answer
is sent, and whole unless the machine itself fails. Threads and queues lose what they hold when the
process is killed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from mlops_assets.platform.settings import Settings
from mlops_assets.serving.served_model import ServedModel

if TYPE_CHECKING:
    from mlops_assets.serving.app import Asked

FOLDER = "prediction_log"


class PredictionLog:
    """The log of all models of a home, in `<home>/serving/<model>/prediction_log/`."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.home / "serving"
        self._open: dict[str, tuple[int, int]] = {}

    def write(self, served: ServedModel, asked: Asked) -> None:
        """Append the request's rows, without personal columns."""
        now = datetime.now(UTC)
        lines = b"".join(
            orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY)
            for line in self._lines(served, asked, now)
        )
        os.write(self._file(served.name, now), lines)

    def _lines(self, served: ServedModel, asked: Asked, now: datetime) -> list[dict[str, Any]]:
        shared = {
            "at": now,
            "request": asked.request_id,
            "version": str(served.version),
            "milliseconds": round(asked.seconds * 1000, 3),
            "client": asked.client,
        }
        both = zip(asked.rows, asked.answers, strict=True)
        return [
            {**shared, "place": place, "row": self._kept(served, row), "answer": answer}
            for place, (row, answer) in enumerate(both)
        ]

    @staticmethod
    def _kept(served: ServedModel, row: Mapping[str, Any]) -> Mapping[str, Any]:
        return {name: value for name, value in row.items() if name not in served.personal}

    def _file(self, model: str, now: datetime) -> int:
        hour = int(now.timestamp()) // 3600  # cheaper than its text
        before = self._open.get(model)
        if before and before[0] == hour:
            return before[1]
        if before:
            os.close(before[1])
        place = self._folder / model / FOLDER / f"{now:%Y-%m-%dT%H}.jsonl"
        place.parent.mkdir(parents=True, exist_ok=True)
        opened = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._open[model] = (hour, opened)
        return opened


def log_files(home: Path, model: str) -> list[Path]:
    """The files of a model's log, the oldest first."""
    return sorted((home / "serving" / model / FOLDER).glob("*.jsonl"))
