"""Write each answer to an hourly file, one JSON line per row, in the request that it answers.

A line is in the file when the answer is sent (see `Appender`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from mlops_assets.data.prediction_log.identity_hash import IdentityHash, identity_hash
from mlops_assets.data.prediction_log.places import LOG, model_folder
from mlops_assets.platform.settings import Settings
from mlops_assets.serving.hourly_file import HourlyFile
from mlops_assets.serving.served_model import ServedModel
from mlops_assets.serving.trial import Part, Rows


class Asked(NamedTuple):
    """Rows of one request that one version answered, as the prediction log keeps them.

    `answers` are JSON, one for each row: what is sent is what is logged.
    """

    request_id: str
    rows: Rows
    answers: Sequence[bytes]
    seconds: float
    client: str
    part: Part


def log_lines(served: ServedModel, asked: Asked, now: datetime) -> list[dict[str, Any]]:
    """One line per row for `orjson`, without personal columns."""
    part = asked.part
    shared = {
        "at": now,
        "request": asked.request_id,
        "version": served.name_of_version,
        "variant": part.variant,
        "milliseconds": round(asked.seconds * 1000, 3),
        "client": asked.client,
    }
    if part.experiment:
        shared["experiment"] = part.experiment
    lines = [
        {
            **shared,
            "place": place,
            "row": {it: row[it] for it in served.logged},
            "answer": orjson.Fragment(answer),
        }
        for place, row, answer in zip(part.places, asked.rows, asked.answers, strict=True)
    ]
    if part.units:
        _add(lines, "unit", part.units)
    if served.context:
        _add(lines, "context", [_context(served, row) for row in asked.rows])
    return lines


def _context(served: ServedModel, row: Mapping[str, Any]) -> dict[str, Any]:
    return {it: row[it] for it in served.context if row.get(it) is not None}


def _add(lines: Sequence[dict[str, Any]], name: str, values: Iterable[Any]) -> None:
    """Add a value to each line, where there is one."""
    for line, value in zip(lines, values, strict=True):
        if value:
            line[name] = value


class PredictionLog:
    """The log of all models of a home, in `<home>/serving/<model>/prediction_log/`."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home
        self._files: dict[str, HourlyFile] = {}
        self._hashes: dict[tuple[str, ...], IdentityHash] = {}

    def write(self, served: ServedModel, asked: Asked) -> None:
        """Append the request's rows, with a hash of the identity if it came. Raises `OSError`."""
        now = datetime.now(UTC)
        lines = log_lines(served, asked, now)
        if served.identity:
            hashed = self._hash(served.identity)
            _add(lines, "identity", [hashed.of(row) for row in asked.rows])
        self._file(served.name).append(now, lines)

    def _hash(self, columns: tuple[str, ...]) -> IdentityHash:
        if columns not in self._hashes:
            self._hashes[columns] = identity_hash(self._home, columns)
        return self._hashes[columns]

    def _file(self, model: str) -> HourlyFile:
        if model not in self._files:
            self._files[model] = HourlyFile(model_folder(self._home, model) / LOG)
        return self._files[model]
