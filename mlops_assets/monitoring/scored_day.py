"""One day of predictions."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from mlops_assets.features.columns import require_columns
from mlops_assets.kinds.base import Model, PredictsRows, predictions_of
from mlops_assets.kinds.loading import load_model
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.platform.mlflow.result import Result
from mlops_assets.platform.table_record import TableRecord
from mlops_assets.platform.table_writer import TableWriter

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class Predictions(TableRecord):
    """A day's predictions with the index of its live rows: identity, context, scores.

    A context column with the name of a score is left out.
    """

    version: str = Field(description="The version that scored the rows.")
    model_id: str
    seconds_per_1000_rows: float = Field(description="Duration of scoring.")


@dataclass(frozen=True)
class PredictionsResult(Result):
    """A scored day: `columns` are those of the predictions alone, `summary` the task's of them."""

    record: Predictions
    columns: Sequence[str]
    summary: Mapping[str, float]
    spec: LifecycleSpec

    @property
    def scored(self) -> pd.DataFrame:
        """The predictions alone, all in memory."""
        return self.record.table[[*self.columns]]

    def tags(self) -> dict[str, str]:
        """The version of the rows, and what scored them."""
        return {"dataset_version": self.record.dataset_version, **self.params()}

    def params(self) -> dict[str, str]:
        """What scored the rows."""
        return {"version": self.record.version, "model_id": self.record.model_id}

    def metrics(self) -> dict[str, float]:
        """Size, latency and the task's summary."""
        latency = self.record.seconds_per_1000_rows
        return {"rows": self.record.rows, "seconds_per_1000_rows": latency, **self.summary}

    def documents(self) -> dict[str, Any]:
        """Names of the columns."""
        return {"columns.json": self.record.content.columns}

    def panel(self) -> dict[str, Any]:
        """What scored the rows, and the task's summary."""
        return {
            "version": self.record.version,
            "rows": self.record.rows,
            "loaded_from": f"models:/{self.record.model_id}",
            **self.summary,
        }

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Histogram of the scores."""
        from mlops_assets.figures.style import name_units

        batches = Scores(self.record, self.columns)
        drawn = self.spec.task.score_histogram(batches, self.spec.positive)
        yield "scores", name_units(drawn, self.spec.target_units)


@dataclass(frozen=True)
class Scores:
    """The predictions of a day alone, batch by batch, as often as they are gone through."""

    record: Predictions
    columns: Sequence[str]

    def __iter__(self) -> Iterator[pd.DataFrame]:
        """The batches in their order."""
        return self.record.content.batches(self.columns)


def score_day(day: LiveDay, version: ModelVersion, spec: LifecycleSpec) -> PredictionsResult:
    """Score a day's rows with a version.

    Batch by batch, if the model predicts each row by itself, as one that predicts single rows does;
    another one gets the whole day at once. Raises `InputError` if the version has no model, or one
    that does not predict each row.
    """
    model_id = model_id_of(version)
    model = load_model(f"models:/{model_id}", spec.model.type)
    spec = spec.of_live_rows(day.content.columns)
    scoring = Scoring(model, spec, day)
    whole = not isinstance(model, PredictsRows)
    for batch in [day.table] if whole else day.content.batches(scoring.needed):
        scoring.add(batch)
    record = scoring.writer.finish(
        Predictions,
        dataset_version=day.dataset_version,
        version=str(version.version),
        model_id=model_id,
        seconds_per_1000_rows=1000 * scoring.seconds / day.rows,
    )
    summary = spec.task.prediction_summary(Scores(record, scoring.columns))
    return PredictionsResult(record, scoring.columns, summary, spec)


class Scoring:
    """The predictions of a day as they are made, and the seconds that it took."""

    def __init__(self, model: Model, spec: LifecycleSpec, day: LiveDay) -> None:
        self._model, self._spec = model, spec
        self._context = spec.when_scored.context_columns.names
        kept = [*spec.identity, *self._context]
        types = {name: type_ for name, type_ in day.content.types.items() if name in kept}
        self.needed = list(dict.fromkeys([*kept, *spec.columns.names]))
        self.writer, self.columns, self.seconds = TableWriter(types), list[str](), 0.0

    def add(self, batch: pd.DataFrame) -> None:
        """Predict rows, and write what is kept of them."""
        require_columns(batch, self._context)
        began = time.perf_counter()
        scored = predictions_of(self._model, self._spec.typed(batch))
        self.seconds += time.perf_counter() - began
        self.columns = list(scored.columns)
        context = sorted({*self._context} - {*self._spec.identity, *self.columns})
        self.writer.write(batch[[*self._spec.identity, *context]].join(scored))
