"""Write each answer to an hourly file, one JSON line per row, in the request that it answers.

A line is in the file when the answer is sent (see `Appender`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    if len(asked.rows) == 1:  # most requests; a list of one takes a fifth longer
        return _line(served, asked, 0, now, hashed)
    lines = [_line(served, asked, it, now, hashed) for it in range(len(asked.rows))]
    return b"".join(lines)


def _line(
    served: ServedModel, asked: Asked, number: int, now: datetime, hashed: IdentityHash | None
) -> bytes:
    part, row = asked.part, asked.rows[number]
    has_more = len(row) != served.logged_whole
    line = {
        "at": now,
        "request": asked.request_id,
        "version": served.name_of_version,
        "variant": part.variant,
        "milliseconds": int(1e6 * asked.seconds) / 1000,
        "client": asked.client,
        "place": part.places[number],
        "row": _logged(served, row) if has_more else row,
        "answer": orjson.Fragment(asked.answers[number]),
    }
    if part.experiment:
        line["experiment"] = part.experiment
        if part.units and (unit := part.units[number]):
            line["unit"] = unit
    if has_more:
        if hashed and (identity := hashed.of(row)):
            line["identity"] = identity
        if context := _context(served, row) | _drawn(served, asked.answers[number]):
            line["context"] = context
    return orjson.dumps(line, option=OPTIONS)


def _logged(served: ServedModel, row: Mapping[str, Any]) -> dict[str, Any]:
    return {it: row[it] for it in served.logged}


def _context(served: ServedModel, row: Mapping[str, Any]) -> dict[str, Any]:
    return {it: row[it] for it in served.context if row.get(it) is not None}


def _drawn(served: ServedModel, answer: bytes) -> dict[str, Any]:
    """What a policy chose and how probable it was, under the names that its training rows have."""
    if served.drawing is None:
        return {}
    given, (action, propensity) = orjson.loads(answer), served.drawing.columns
    return {action: given["prediction"], propensity: given["propensity"]}


Clock = Callable[[], datetime]
"""Says when a request was asked, in UTC."""


def real_time() -> datetime:
    """The time it is."""
    return datetime.now(UTC)


class PredictionLog:
    """The log of all models of a home, in `<home>/serving/<model>/prediction_log/`."""

    def __init__(self, settings: Settings, clock: Clock = real_time) -> None:
        self._home, self._clock = settings.home, clock
        self._places: dict[str, tuple[HourlyFile, IdentityHash | None]] = {}

    def write(self, served: ServedModel, asked: Asked) -> None:
        """Append the request's rows, with a hash of the identity if it came. Raises `OSError`."""
        now = self._clock()
        file, hashed = self._places.get(served.name) or self._place(served)
        file.write(now, log_lines(served, asked, now, hashed))

    def _place(self, served: ServedModel) -> tuple[HourlyFile, IdentityHash | None]:
        hashed = identity_hash(self._home, served.identity) if served.identity else None
        place = HourlyFile(model_folder(self._home, served.name) / LOG), hashed
        self._places[served.name] = place
        return place
