"""Read the predictions and labels that the API logged, as the experiment needs them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from mlops_assets.data.prediction_log.entry import Torn
from mlops_assets.data.prediction_log.places import LABELS, model_folder
from mlops_assets.data.prediction_log.reading import bounds_of, entries_between, logged_days
from mlops_assets.errors import logger
from mlops_assets.platform.settings import Settings

LOG = logger(__name__)
SHADOW, ERRORS = "shadow_log", "experiment_errors"
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


def logged(settings: Settings, model: str, *, until: date, zone: str) -> Logged:
    """What was logged of the newest experiment until the end of a day in the time zone.

    The last label of a row counts. A line that cannot be read is left out and reported.
    """
    folder, end = model_folder(settings.home, model), bounds_of(until, zone)[1]

    def lines(name: str) -> list[dict[str, Any]]:
        return [it for it in _lines(folder / name) if it["at"] < end]

    answered = _answered(settings, model, end)
    name = max(answered, key=lambda it: it["at"])["experiment"] if answered else ""
    both = [it for it in [*answered, *lines(SHADOW)] if it["experiment"] == name]
    return Logged(
        experiment=name,
        predictions=sorted(map(_prediction, both), key=lambda it: it.at),
        labels=_labels(folder / LABELS, both),
        errors=[it["variant"] for it in lines(ERRORS) if it["experiment"] == name],
    )


def _labels(folder: Path, lines: list[dict[str, Any]]) -> dict[Place, Any]:
    """The last label of each row that has one: by its request, or else by its identity."""
    given = {it["row"]: it["label"] for it in _lines(folder)}
    found = {}
    for line in lines:
        names = (f"{line['request']}/{line['place']}", line.get("identity"))
        if name := next((it for it in names if it in given), None):
            found[_place(line)] = given[name]
    return found


def _answered(settings: Settings, model: str, end: datetime) -> list[dict[str, Any]]:
    """The lines of experiments in the prediction log, packed or not, until before `end`."""
    days = logged_days(settings, model)
    if not days:
        return []
    begin = bounds_of(days[0], "UTC")[0]
    torn = Torn()
    found = [vars(it) for it in entries_between(settings, model, begin, end, torn) if it.experiment]
    if torn:
        LOG.warning("%s: %d torn lines of the prediction log are left out", model, len(torn))
    return found


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
