"""Write each answer to an hourly file, one JSON line per row, in the request that it answers.

A line is in the file when the answer is sent (see `Appender`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from mlops_assets.data.prediction_log.appending import Appender
from mlops_assets.data.prediction_log.identity_hash import IdentityHash, identity_hash
from mlops_assets.data.prediction_log.places import HOUR, LOG, model_folder
from mlops_assets.platform.settings import Settings
from mlops_assets.serving.served_model import ServedModel

if TYPE_CHECKING:
    from mlops_assets.serving.app import Asked

LINE = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY


class PredictionLog:
    """The log of all models of a home, in `<home>/serving/<model>/prediction_log/`."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home
        self._files: dict[str, Appender] = {}
        self._hashes: dict[tuple[str, ...], IdentityHash] = {}

    def write(self, served: ServedModel, asked: Asked) -> None:
        """Append the request's rows; personal columns only as a hash. Raises `OSError`."""
        now = datetime.now(UTC)
        lines = b"".join(orjson.dumps(it, option=LINE) for it in self._lines(served, asked, now))
        self._file(served.name).append(f"{now:{HOUR}}.jsonl", lines)

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
            {**shared, "place": place, **self._kept(served, row), "answer": answer}
            for place, (row, answer) in enumerate(both)
        ]

    def _kept(self, served: ServedModel, row: Mapping[str, Any]) -> dict[str, Any]:
        """The features, the context if there is any, and the hash of the identity if it came."""
        features = {it: row[it] for it in served.features if it not in served.personal}
        context = {it: row[it] for it in served.context if row.get(it) is not None}
        hashed = self._hash(served.identity).of(row) if served.identity else ""
        kept: dict[str, Any] = {"row": features}
        kept |= {"context": context} if context else {}
        return kept | ({"identity": hashed} if hashed else {})

    def _hash(self, columns: tuple[str, ...]) -> IdentityHash:
        if columns not in self._hashes:
            self._hashes[columns] = identity_hash(self._home, columns)
        return self._hashes[columns]

    def _file(self, model: str) -> Appender:
        if model not in self._files:
            self._files[model] = Appender(model_folder(self._home, model) / LOG)
        return self._files[model]
