"""Read the predictions and labels that the API logged, as the experiment needs them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from mlops_assets.errors import logger

LOG = logger(__name__)
PREDICTIONS, SHADOW, ERRORS = "prediction_log", "shadow_log", "experiment_errors"
LABELS = "labels"
Place = tuple[str, int]
"""The id of a request, and the place of the row in it."""


class Prediction(NamedTuple):
    """One logged prediction of one variant."""

    place: Place
    at: datetime
    variant: str
    version: str
    unit: str
    prediction: Any
    milliseconds: float


class Logged(NamedTuple):
    """The newest experiment in the log: its predictions in order, labels, and errors."""

    experiment: str
    predictions: list[Prediction]
    labels: dict[Place, Any]
    errors: list[str]

    def digest(self) -> str:
        """16 hex characters that change with any prediction or label of the experiment."""
        known = [(it, self.labels.get(it.place)) for it in self.predictions]
        return hashlib.sha256(repr(known).encode()).hexdigest()[:16]


def logged(home: Path, model: str, *, until: date, zone: str) -> Logged:
    """What was logged of the newest experiment until the end of a day in the time zone.

    The last label of a row counts. A line that cannot be read is left out and reported.
    """
    folder, timezone = home / "serving" / model, ZoneInfo(zone)

    def lines(name: str) -> list[dict[str, Any]]:
        found = _lines(folder / name)
        return [it for it in found if it["at"].astimezone(timezone).date() <= until]

    answered = [it for it in lines(PREDICTIONS) if it.get("experiment")]
    name = max(answered, key=lambda it: it["at"])["experiment"] if answered else ""
    both = [it for it in [*answered, *lines(SHADOW)] if it["experiment"] == name]
    return Logged(
        experiment=name,
        predictions=sorted(map(_prediction, both), key=lambda it: it.at),
        labels={_place(it): it["label"] for it in _lines(folder / LABELS)},
        errors=[it["variant"] for it in lines(ERRORS) if it["experiment"] == name],
    )


def _prediction(line: dict[str, Any]) -> Prediction:
    return Prediction(
        place=_place(line),
        at=line["at"],
        variant=line["variant"],
        version=line["version"],
        unit=line.get("unit") or f"{line['request']}:{line['place']}",
        prediction=line["answer"]["prediction"],
        milliseconds=line["milliseconds"],
    )


def _place(line: dict[str, Any]) -> Place:
    return str(line["request"]), int(line.get("place", 0))


def _lines(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines of all files, the oldest first, with `at` as a time."""
    import json

    for file in sorted(folder.glob("*.jsonl")):
        for number, text in enumerate(file.read_bytes().splitlines(), 1):
            try:
                line = json.loads(text)
                yield {**line, "at": datetime.fromisoformat(line["at"])}
            except (ValueError, KeyError, TypeError):  # cut off when the machine failed
                LOG.warning("%s, line %d cannot be read", file.name, number)
