"""Answer the parts of a request, and let the challenger predict in the shadow."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from mlops_assets.experiments.assignment import CHALLENGER
from mlops_assets.experiments.units import FALLBACK
from mlops_assets.serving.prediction_log import Asked, log_lines
from mlops_assets.serving.served_model import ServedModel
from mlops_assets.serving.trial import Part, Rows, Trial, units_of

Answered = tuple[Part, list[bytes]]
"""Rows, and the answer to each as JSON."""


def split(served: ServedModel, trial: Trial | None, rows: Rows) -> list[Part]:
    """The parts of a request; one without an experiment."""
    everything = [Part(served, rows, range(len(rows)))]
    plan = served.serving.experiment
    if plan is None:
        return everything
    units = units_of(rows, plan)
    if trial is None or trial.champion != served.version:
        return everything
    return trial.parts(served, rows, units)


def answer(
    parts: Sequence[Part], trial: Trial | None, champion: ServedModel, request: str
) -> list[Answered]:
    """Answer every part. The champion answers for a challenger that fails."""
    return [_answer(part, trial, champion, request) for part in parts]


def in_order(answered: Sequence[Answered]) -> list[bytes]:
    """The answers of all parts, as the rows came."""
    if len(answered) == 1:
        return answered[0][1]
    placed = [both for part, found in answered for both in zip(part.places, found, strict=True)]
    return [it for _, it in sorted(placed, key=lambda both: both[0])]


def shadow(trial: Trial, asked: Asked) -> None:
    """Predict the rows again with the challenger, and log what it says."""
    start = time.perf_counter()
    try:
        answers = trial.challenger.json_answers(asked.rows, asked.request_id, asked.part.places)
    except Exception as error:  # noqa: BLE001 - a model of any kind may raise anything
        trial.failed(asked.request_id, CHALLENGER, error)
        return
    seconds, now = time.perf_counter() - start, datetime.now(UTC)
    part = replace(asked.part, variant=CHALLENGER)
    again = Asked(asked.request_id, asked.rows, answers, seconds, asked.client, part)
    trial.shadow_log.write(now, log_lines(trial.challenger, again, now))


def _answer(part: Part, trial: Trial | None, champion: ServedModel, request: str) -> Answered:
    if trial is None or not part.experiment:
        return part, part.served.json_answers(part.rows, request, part.places)
    try:
        return part, part.served.json_answers(part.rows, request, part.places)
    except Exception as error:
        trial.failed(request, part.variant, error)
        if part.variant != CHALLENGER:
            raise
    instead = champion.json_answers(part.rows, request, part.places)
    return replace(part, variant=FALLBACK, served=champion), instead
