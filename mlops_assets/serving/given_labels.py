"""Take the labels of answered rows."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock
from typing import Any

import orjson

from mlops_assets.data.prediction_log.identity_hash import identity_hash
from mlops_assets.data.prediction_log.labels import LabelLog, label_line
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings
from mlops_assets.serving.answers import RefusedError, mistake
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

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
        with self._lock:
            if spec.name not in self._logs:
                self._logs[spec.name] = LabelLog(self._home, spec.name)
            self._logs[spec.name].write(lines)
        return len(lines)

    def _lines(self, entries: list[Any], spec: LifecycleSpec) -> list[bytes]:
        hashed, now = identity_hash(self._home, spec.identity), datetime.now(UTC)
        lines, mistakes = [], []
        for place, entry in enumerate(entries):
            try:
                lines.append(label_line(entry, hashed, now, spec.target or ""))
            except InputError as error:
                mistakes.append(mistake(error.seen, error.expected, row=place))
        if mistakes:
            raise RefusedError(422, mistakes[:100])
        return lines


def _entries(body: bytes) -> list[Any]:
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RefusedError(422, [mistake(f"no JSON: {error}", EXPECTED)]) from None
    if not isinstance(given, list) or not 0 < len(given) <= MOST:
        seen = f"{len(given):,} entries" if isinstance(given, list) else type(given).__name__
        raise RefusedError(422, [mistake(seen, f"{EXPECTED}, of 1 to {MOST:,} entries")])
    return given
