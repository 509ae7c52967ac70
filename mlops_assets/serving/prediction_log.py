"""Write each answer to an hourly file, one JSON line per row, in the request that it answers.

A line is in the file when the answer is sent (see `Appender`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from mlops_assets.data.prediction_log.appending import Appender
from mlops_assets.data.prediction_log.identity_hash import IdentityHash, identity_hash
from mlops_assets.data.prediction_log.places import HOUR, LOG, model_folder
from mlops_assets.platform.settings import Settings
from mlops_assets.serving.served_model import ServedModel
from mlops_assets.serving.trial import Part, Rows

LINE = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY


class Asked(NamedTuple):
    """Rows of one request that one version answered, as the prediction log keeps them."""

    request_id: str
    rows: Rows
    answers: Sequence[Mapping[str, Any]]
    seconds: float
    client: str
    part: Part


def log_lines(served: ServedModel, asked: Asked, now: datetime) -> list[dict[str, Any]]:
    """One line per row, without personal columns."""
    part = asked.part
    shared = {
        "at": now,
        "request": asked.request_id,
        "version": str(served.version),
        "variant": part.variant,
        "milliseconds": round(asked.seconds * 1000, 3),
        "client": asked.client,
    }
    if part.experiment:
        shared["experiment"] = part.experiment
    units = [{"unit": it} if it else {} for it in part.units] or [{}] * len(asked.rows)
    each = zip(part.places, asked.rows, asked.answers, units, strict=True)
    return [
        {**shared, **unit, "place": place, **_kept(served, row), "answer": answer}
        for place, row, answer, unit in each
    ]


def _kept(served: ServedModel, row: Mapping[str, Any]) -> dict[str, Any]:
    """The features, and the context if there is any."""
    features = {it: row[it] for it in served.features if it not in served.personal}
    context = {it: row[it] for it in served.context if row.get(it) is not None}
    return {"row": features, "context": context} if context else {"row": features}


class PredictionLog:
    """The log of all models of a home, in `<home>/serving/<model>/prediction_log/`."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home
        self._files: dict[str, Appender] = {}
        self._hashes: dict[tuple[str, ...], IdentityHash] = {}

    def write(self, served: ServedModel, asked: Asked) -> None:
        """Append the request's rows, with a hash of the identity if it came. Raises `OSError`."""
        now = datetime.now(UTC)
        lines = log_lines(served, asked, now)
        if served.identity:
            hashed = self._hash(served.identity)
            lines = [
                _identified(it, hashed.of(row)) for it, row in zip(lines, asked.rows, strict=True)
            ]
        written = b"".join(orjson.dumps(it, option=LINE) for it in lines)
        self._file(served.name).append(f"{now:{HOUR}}.jsonl", written)

    def _hash(self, columns: tuple[str, ...]) -> IdentityHash:
        if columns not in self._hashes:
            self._hashes[columns] = identity_hash(self._home, columns)
        return self._hashes[columns]

    def _file(self, model: str) -> Appender:
        if model not in self._files:
            self._files[model] = Appender(model_folder(self._home, model) / LOG)
        return self._files[model]


def _identified(line: dict[str, Any], identity: str) -> dict[str, Any]:
    return {**line, "identity": identity} if identity else line
