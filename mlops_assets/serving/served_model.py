"""A version that answers requests: immutable, so that a request never sees two of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import orjson
from pydantic import BaseModel, TypeAdapter

from mlops_assets.data.prediction_log.entry import row_id
from mlops_assets.errors import InputError
from mlops_assets.evaluation.shapley.explainer import Explainer
from mlops_assets.kinds.base import RowPredictor
from mlops_assets.monitoring.input_schema import InputSchema
from mlops_assets.serving.drawing import Drawing
from mlops_assets.serving.row_reader import RowReader
from mlops_assets.spec.serving import Serving

Origin = Literal["registry", "run", "local"]
"""Where a version was loaded from: the registry, the newest finished run, or the last good copy."""


@dataclass(frozen=True)
class Version:
    """Which version it is, and where it comes from."""

    number: str
    origin: Origin
    model_id: str

    def __str__(self) -> str:
        return f"{self.origin}-{self.number}"


@dataclass(frozen=True)
class ServedModel:
    """A loaded version with all that an answer needs.

    `single` answers one row and `batch` many: whichever was faster when the version was loaded.
    `path` says in words which one answers, and why. `positive` is the place of the positive class
    among the probabilities. `personal` columns are never logged, of `identity` only its hash;
    `context` is what a request may have besides the features. `make_explainer` is None
    for a model whose rows cannot be explained one by one. With `drawing`, it is a policy that draws
    its answers; `policy_version_id` is empty for what is no policy version.
    """

    name: str
    version: Version
    schema: InputSchema
    row: type[BaseModel]
    rows: TypeAdapter
    single: RowPredictor
    batch: RowPredictor
    path: str
    positive: int
    features: tuple[str, ...]
    personal: frozenset[str]
    context: tuple[str, ...]
    identity: tuple[str, ...]
    serving: Serving
    unusual: Callable[[Mapping[str, Any]], list[str]]
    loaded_at: datetime
    facts: Mapping[str, Any]
    make_explainer: Callable[[], Explainer] | None = None
    drawing: Drawing | None = None
    policy_version_id: str = ""

    @cached_property
    def explainer(self) -> Explainer:
        """Made when the first row is explained: it predicts hundreds of rows.

        Raises `InputError` if `make_explainer` is None.
        """
        if self.make_explainer is None:
            raise InputError(
                seen=f"{self.name}, whose rows cannot be explained one by one",
                expected="a version that learnt a target, with a sample",
                todo="explain rows of another model",
            )
        return self.make_explainer()

    @cached_property
    def reader(self) -> RowReader:
        """Reads rows like `row` and `rows`, but faster."""
        return RowReader(self.row)

    @cached_property
    def name_of_version(self) -> str:
        """The version as answers and the log have it."""
        return str(self.version)

    @cached_property
    def version_names(self) -> dict[str, str]:
        """How an answer, `/model-info` and `/health` name the version."""
        named = {"policy_version_id": self.policy_version_id} if self.policy_version_id else {}
        return {"model_version": self.name_of_version, **named}

    @cached_property
    def logged(self) -> tuple[str, ...]:
        """The features that are logged."""
        return tuple(it for it in self.features if it not in self.personal)

    @cached_property
    def logged_whole(self) -> int:
        """The fields of a row that is logged as it is: it has the features alone, none personal."""
        return len(self.features) if self.logged == self.features and not self.drawing else -1

    def answers(
        self, rows: Sequence[Mapping[str, Any]], request: str = "", places: Sequence[int] = ()
    ) -> list[dict[str, Any]]:
        """The answer to each typed row.

        A policy draws it by the row's place in the request, and without a request gives its most
        probable action.
        """
        predictor = self.single if len(rows) == 1 else self.batch
        predictions, probabilities = predictor.predict_rows(rows)
        found = [
            self._answer(row, prediction, probabilities[place] if probabilities else None)
            for place, (row, prediction) in enumerate(zip(rows, predictions, strict=True))
        ]
        if self.drawing and request:
            for answer, certainty, place in zip(found, probabilities or (), places, strict=True):
                action, propensity = self.drawing.draw(certainty, row_id(request, place))
                answer |= {"prediction": action, "confidence": propensity, "propensity": propensity}
        return found

    def json_answers(
        self, rows: Sequence[Mapping[str, Any]], request: str = "", places: Sequence[int] = ()
    ) -> list[bytes]:
        """The answer to each typed row as JSON, which is both sent and logged."""
        found = self.answers(rows, request, places)
        return [orjson.dumps(it, option=orjson.OPT_SERIALIZE_NUMPY) for it in found]

    def _answer(
        self, row: Mapping[str, Any], prediction: Any, certainty: list[float] | None
    ) -> dict[str, Any]:
        score = prediction if certainty is None else certainty[self.positive]
        is_number = isinstance(score, int | float)
        answer = {
            "prediction": prediction,
            "confidence": max(certainty) if certainty else None,
            "risk_level": self.serving.level(score) if is_number else None,
            **self.version_names,
        }
        if said := self.unusual(row):
            answer["warnings"] = said
        return answer
