"""One day of predictions."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from mlops_assets.kinds.base import predictions_of
from mlops_assets.kinds.loading import load_model
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.platform.mlflow.result import Result
from mlops_assets.platform.table_record import TableRecord

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
    """A scored day: `scored` are the predictions alone, `summary` the task's summary of them."""

    record: Predictions
    scored: pd.DataFrame
    summary: Mapping[str, float]
    spec: LifecycleSpec

    def tags(self) -> dict[str, str]:
        """The version of the rows, and what scored them."""
        return {"dataset_version": self.record.dataset_version, **self.params()}

    def params(self) -> dict[str, str]:
        """What scored the rows."""
        return {"version": self.record.version, "model_id": self.record.model_id}

    def metrics(self) -> dict[str, float]:
        """Size, latency and the task's summary."""
        latency = self.record.seconds_per_1000_rows
        rows = len(self.record.table)
        return {"rows": rows, "seconds_per_1000_rows": latency, **self.summary}

    def documents(self) -> dict[str, Any]:
        """Names of the columns."""
        return {"columns.json": list(self.record.table.columns)}

    def panel(self) -> dict[str, Any]:
        """What scored the rows, and the task's summary."""
        return {
            "version": self.record.version,
            "rows": len(self.record.table),
            "loaded_from": f"models:/{self.record.model_id}",
            **self.summary,
        }

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Histogram of the scores."""
        from mlops_assets.figures.style import name_units

        drawn = self.spec.task.score_histogram(self.scored, self.spec.positive)
        yield "scores", name_units(drawn, self.spec.target_units)


def score_day(day: LiveDay, version: ModelVersion, spec: LifecycleSpec) -> PredictionsResult:
    """Score a day's rows with a version.

    Raises `InputError` if the version has no model, or one that does not predict each row.
    """
    model_id = model_id_of(version)
    model = load_model(f"models:/{model_id}", spec.model.type)
    began = time.perf_counter()
    spec = spec.of_live_rows(day.table)
    dataset = spec.when_scored.dataset(day.table)
    scored = predictions_of(model, dataset.features)
    seconds = time.perf_counter() - began
    context = dataset.context.columns.difference([*spec.identity, *scored.columns])
    record = Predictions(
        table=day.table[[*spec.identity, *context]].join(scored),
        dataset_version=day.dataset_version,
        version=str(version.version),
        model_id=model_id,
        seconds_per_1000_rows=1000 * seconds / len(scored),
    )
    return PredictionsResult(record, scored, spec.task.prediction_summary(scored), spec)
