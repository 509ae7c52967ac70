"""Read the predictions and labels that the API logged, as the experiment needs them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from mlops_assets.data.prediction_log.entry import Torn
from mlops_assets.data.prediction_log.experiment import experiment_entries, newest_experiment
from mlops_assets.data.prediction_log.labels import labels_since
from mlops_assets.data.prediction_log.packing import day_of
from mlops_assets.data.prediction_log.places import model_folder
from mlops_assets.data.prediction_log.reading import bounds_of
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
    name = newest_experiment(settings, model, end)
    if not name:
        return Logged("", [], {}, [])
    torn = Torn()
    answered = experiment_entries(settings, model, name, end, torn)
    if torn:
        LOG.warning("%s: %d torn lines of the prediction log are left out", model, len(torn))
    begun = min(it.at for it in answered).date()

    def lines(of: str) -> list[dict[str, Any]]:
        found = _lines(folder / of, begun, name)
        return [it for it in found if it["experiment"] == name and it["at"] < end]

    both = [*map(vars, answered), *lines(SHADOW)]
    labels = labels_since(settings.home, model, begun, answered)
    return Logged(
        experiment=name,
        predictions=sorted(map(_prediction, both), key=lambda it: it.at),
        labels={
            (it.request, it.place): labels[it.row_id] for it in answered if it.row_id in labels
        },
        errors=[it["variant"] for it in lines(ERRORS)],
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


def _lines(folder: Path, begun: date, experiment: str) -> Iterator[dict[str, Any]]:
    """The lines of an experiment in the files since its first day, with `at` as a time."""
    for file in sorted(folder.glob("*.jsonl")):
        if day_of(file) >= begun:
            yield from _lines_of(file, experiment.encode())


def _lines_of(file: Path, having: bytes) -> Iterator[dict[str, Any]]:
    import json

    with file.open("rb") as opened:
        for number, text in enumerate(opened, 1):
            if having not in text:
                continue
            try:
                line = json.loads(text)
                yield {**line, "at": datetime.fromisoformat(line["at"])}
            except (ValueError, KeyError, TypeError):  # cut off when the machine failed
                LOG.warning("%s, line %d cannot be read", file.name, number)
