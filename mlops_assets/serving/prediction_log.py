"""Write each answer to an hourly file, one JSON line per row, in the request that it answers.

A line is in the file when the answer is sent (see `Appender`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from mlops_assets.data.prediction_log.identity_hash import IdentityHash, identity_hash
from mlops_assets.data.prediction_log.places import LOG, model_folder
from mlops_assets.platform.settings import Settings
from mlops_assets.serving.hourly_file import OPTIONS, HourlyFile
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


def log_lines(
    served: ServedModel, asked: Asked, now: datetime, hashed: IdentityHash | None = None
) -> bytes:
    """One line per row, without personal columns, and with a hash of the identity if it came."""
    part, whole, written = asked.part, served.logged_whole, []
    milliseconds = int(1e6 * asked.seconds) / 1000
    for number, row in enumerate(asked.rows):
        line = {
            "at": now,
            "request": asked.request_id,
            "version": served.name_of_version,
            "variant": part.variant,
            "milliseconds": milliseconds,
            "client": asked.client,
            "place": part.places[number],
            "row": row if len(row) == whole else {it: row[it] for it in served.logged},
            "answer": orjson.Fragment(asked.answers[number]),
        }
        if part.experiment:
            line["experiment"] = part.experiment
        if part.units and (unit := part.units[number]):
            line["unit"] = unit
        if hashed and (identity := hashed.of(row)):
            line["identity"] = identity
        if served.context and (context := _context(served, row)):
            line["context"] = context
        written.append(orjson.dumps(line, option=OPTIONS))
    return b"".join(written)


def _context(served: ServedModel, row: Mapping[str, Any]) -> dict[str, Any]:
    return {it: row[it] for it in served.context if row.get(it) is not None}


class PredictionLog:
    """The log of all models of a home, in `<home>/serving/<model>/prediction_log/`."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home
        self._files: dict[str, HourlyFile] = {}
        self._hashes: dict[tuple[str, ...], IdentityHash] = {}

    def write(self, served: ServedModel, asked: Asked) -> None:
        """Append the request's rows, with a hash of the identity if it came. Raises `OSError`."""
        now = datetime.now(UTC)
        hashed = self._hash(served.identity) if served.identity else None
        self._file(served.name).write(now, log_lines(served, asked, now, hashed))

    def _hash(self, columns: tuple[str, ...]) -> IdentityHash:
        if columns not in self._hashes:
            self._hashes[columns] = identity_hash(self._home, columns)
        return self._hashes[columns]

    def _file(self, model: str) -> HourlyFile:
        if model not in self._files:
            self._files[model] = HourlyFile(model_folder(self._home, model) / LOG)
        return self._files[model]
