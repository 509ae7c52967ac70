"""`POST …/explain`: the answer to a row, and what each of its columns adds to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread

from mlops_assets.data.personal_data import PersonalData
from mlops_assets.evaluation.shapley.explained_row import explained_rows
from mlops_assets.serving.answers import RefusedError, mistake, refuse_unusual, rows_of
from mlops_assets.serving.frame_rows import frame_of
from mlops_assets.serving.served_model import ServedModel

MOST_ROWS = 10
"""Of one request."""
MOST_WAITING = 8
"""Requests that may wait for others to be explained."""
SECONDS, PASSES = 2.0, 4
"""For a request, however many rows it has; a row takes one piece of sampling in any case."""


class Explaining:
    """Explains the rows of requests, one request at a time: predictions must not wait for them."""

    def __init__(self) -> None:
        self._one = CapacityLimiter(1)

    async def answer(self, body: bytes, served: ServedModel) -> Any:
        """The explained answer to the row of the body, or to each row of a list.

        Raises `RefusedError`.
        """
        if served.make_explainer is None:
            seen = f"{served.name}, whose rows cannot be explained one by one"
            raise RefusedError(
                404, [mistake(seen, "a version that learnt a target, with a sample")]
            )
        rows, is_list = rows_of(body, served)
        if len(rows) > MOST_ROWS:
            expected = f"at most {MOST_ROWS} rows to explain"
            raise RefusedError(422, [mistake(f"{len(rows):,} rows", expected)])
        refuse_unusual(rows, served)
        if self._one.statistics().tasks_waiting >= MOST_WAITING:
            seen = f"{MOST_WAITING} requests that wait to be explained"
            raise RefusedError(503, [mistake(seen, "fewer at a time")])
        work = partial(explain, rows, served)
        found = await to_thread.run_sync(work, limiter=self._one)
        return found if is_list else found[0]


def explain(rows: Sequence[Mapping[str, Any]], served: ServedModel) -> list[dict[str, Any]]:
    """The answer to each typed row, with its `explanation`; a row's does not depend on others."""
    answers, seconds = served.answers(rows), SECONDS / len(rows)
    return [
        {**answer, "explanation": _explanation(row, served, seconds)}
        for row, answer in zip(rows, answers, strict=True)
    ]


def _explanation(row: Mapping[str, Any], served: ServedModel, seconds: float) -> dict[str, Any]:
    columns = served.schema.columns()
    typed = frame_of([row], columns)
    found = served.explainer.explain(typed, seconds=seconds, passes=PASSES)
    evidence = served.explainer.text_evidence(typed)
    (text,) = explained_rows(found, columns, PersonalData(tuple(served.personal)))
    return {
        "explains": text.explains,
        "base": text.base,
        "value": text.value,
        "contributions": [it._asdict() for it in text.contributions],
        "in_words": text.sentence,
        "complete": found.complete,
        **({"texts": evidence.shown()} if evidence else {}),
    }
