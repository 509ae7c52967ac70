"""How a fit is recorded, and the model that came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_assets.data.csv_text import csv_text
from mlops_assets.evaluation.records import TrainedModel
from mlops_assets.evaluation.training_tables import (
    curve_table,
    parameter_list,
    threshold_line,
    trial_table,
)
from mlops_assets.kinds.base import LearningCurve, Summary
from mlops_assets.platform.mlflow.result import Markdown, Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class FitResult(Result):
    """What a model that was fitted anew says of its training."""

    summary: Summary
    curve: LearningCurve | None = None
    """Of a kind that shows one, for a fit without a search."""

    def params(self) -> dict[str, Any]:
        """The parameters as fitted."""
        return dict(self.summary.params)

    def metrics(self) -> dict[str, float]:
        """Training metrics."""
        return dict(self.summary.metrics)

    def files(self) -> dict[str, str]:
        """A few training rows, and what a threshold was chosen by, if there are any."""
        samples, curve = self.summary.samples, self.summary.threshold
        rows = {} if samples is None else {"training_samples.csv": csv_text(samples)}
        return rows | ({"threshold_curve.csv": csv_text(curve_table(curve))} if curve else {})

    def panel(self) -> dict[str, Any]:
        """The training metrics, the best trials, what the threshold gives, and the parameters."""
        summary = self.summary
        checked = {f"train_{claim.name}" for claim in summary.claims}  # Dagster lists its checks
        scores = {
            name: float(f"{value:.3g}")
            for name, value in summary.metrics.items()
            if name not in checked
        }
        trials = {"best_trials": Markdown(trial_table(summary))} if summary.trials else {}
        missing = self.curve.why_none if self.curve else ""
        none = {"learning_curve": f"none: {missing}"} if missing else {}
        curve = summary.threshold
        chosen = {"threshold": Markdown(threshold_line(curve))} if curve else {}
        parameters = {"parameters": Markdown(parameter_list(summary.params))}
        return {**scores, **trials, **none, **chosen, **parameters}

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """The trials of a search, else the learning curve; and the curve of a chosen threshold."""
        if self.summary.trials:
            from mlops_assets.evaluation.figures.trials import trials

            yield "search", trials(self.summary)
        elif self.curve and self.curve.curves:
            from mlops_assets.evaluation.figures.learning import learning

            yield "learning", learning(self.curve)
        if self.summary.threshold:
            from mlops_assets.evaluation.figures.threshold import threshold_choice

            yield "threshold_choice", threshold_choice(self.summary.threshold)


@dataclass(frozen=True)
class ReuseResult(Result):
    """What a fit that is used again was: its parameters, as its model has them in MLflow."""

    found: Mapping[str, str]

    def panel(self) -> dict[str, Any]:
        """The parameters."""
        return {"parameters": Markdown(parameter_list(self.found))}


@dataclass(frozen=True)
class TrainedModelResult(Result):
    """A model in MLflow, fitted now or earlier; `training` is the record of its fit, as JSON."""

    record: TrainedModel
    training: str
    training_file: str

    def tags(self) -> dict[str, str]:
        """The model."""
        return {"model_id": self.record.model_id}

    def metrics(self) -> dict[str, float]:
        """Whether an earlier fit was reused, 0 or 1."""
        return {"reused": float(self.record.reused)}

    def documents(self) -> dict[str, Any]:
        """The model and its fingerprint."""
        found = self.record.model_dump(include={"model_id", "fingerprint"})
        return {"model.json": found}

    def files(self) -> dict[str, str]:
        """The record of the fit."""
        return {self.training_file: self.training}

    def panel(self) -> dict[str, Any]:
        """The model, and whether it was fitted anew."""
        return {"model": self.record.uri, "fitted_anew": not self.record.reused}
