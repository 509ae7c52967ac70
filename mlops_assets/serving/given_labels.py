"""Take the labels of answered rows."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock
from typing import Any

import orjson

from mlops_assets.data.prediction_log.identity_hash import identity_hash
from mlops_assets.data.prediction_log.labels import LABEL, PLACE, REQUEST, LabelLog, label_line
from mlops_assets.errors import InputError, logger
from mlops_assets.platform.settings import Settings
from mlops_assets.serving.answers import RefusedError, clipped, kind_of, mistake
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

LOG = logger(__name__)
MOST = 10_000
"""Labels of one request."""
EXPECTED = 'a list such as [{"request_id": "…", "place": 0, "label": 1}]'


class Labels:
    """Writes the labels of all models of a home, before the request is answered."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home
        self._lock = Lock()  # requests with labels are taken in threads
        self._logs: dict[str, LabelLog] = {}

    def take(self, body: bytes, spec: LifecycleSpec) -> int:
        """Write the labels of a JSON body, all or none; how many. Raises `RefusedError`."""
        lines = self._lines(_entries(body), spec)
        try:
            with self._lock:
                self._log(spec.name).write(lines)
        except OSError as error:
            why = f"labels cannot be written: {error.strerror}"
            LOG.error("%s: %s", spec.name, why)
            raise RefusedError(503, [mistake(why, "a file that takes them")]) from None
        return len(lines)

    def _log(self, model: str) -> LabelLog:
        if model not in self._logs:
            self._logs[model] = LabelLog(self._home, model)
        return self._logs[model]

    def _lines(self, entries: list[Any], spec: LifecycleSpec) -> list[bytes]:
        hashed, now = identity_hash(self._home, spec.identity), datetime.now(UTC)
        known = dict.fromkeys([REQUEST, PLACE, LABEL, str(spec.target), *spec.identity])
        lines, mistakes = [], []
        for place, entry in enumerate(entries):
            try:
                _require_known(entry, [*known])
                lines.append(label_line(entry, hashed, now, spec.target or ""))
            except InputError as error:
                mistakes.append(mistake(error.seen, error.expected, row=place))
        if mistakes:
            raise RefusedError(422, mistakes[:100])
        return lines


def _require_known(entry: Any, known: list[str]) -> None:
    """Raise `InputError` for a field that would be passed over, such as a misspelt `place`."""
    unknown = [it for it in entry if it not in known] if isinstance(entry, dict) else []
    if unknown:
        raise InputError(
            seen=f"the unknown field {clipped(unknown[0])!r}",
            expected=f"some of {known}",
            todo="leave it out",
        )


def _entries(body: bytes) -> list[Any]:
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RefusedError(422, [mistake(f"no JSON: {error}", EXPECTED)]) from None
    if not isinstance(given, list) or not 0 < len(given) <= MOST:
        seen = f"{len(given):,} entries" if isinstance(given, list) else kind_of(given)
        raise RefusedError(422, [mistake(seen, f"{EXPECTED}, of 1 to {MOST:,} entries")])
    return given
