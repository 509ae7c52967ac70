"""What the asset `experiment_report` records: the recommendation, both variants, a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_assets.experiments.facts import ExperimentFacts
from mlops_assets.experiments.figures import sequence
from mlops_assets.experiments.tables import HEADINGS, rows
from mlops_assets.platform.markdown import table
from mlops_assets.platform.mlflow.result import Markdown, Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pydantic import BaseModel


@dataclass(frozen=True)
class ExperimentResult(Result):
    """The state of an experiment at the end of a day."""

    record: ExperimentFacts

    def tags(self) -> Mapping[str, Any]:
        """The outcome, and which predictions and labels it is from."""
        record = self.record
        found = {"experiment": record.experiment or "none", "experiment_outcome": record.outcome}
        return {**found, "dataset_version": record.dataset_version}

    def params(self) -> Mapping[str, Any]:
        """How the experiment is judged."""
        return self.record.model_dump(include={"metric", "days", "shadow"})

    def metrics(self) -> Mapping[str, float | None]:
        """The labelled units, and the last look."""
        labelled = sum(it.labelled for it in self.record.variants)
        found: dict[str, float | None] = {"experiment_labelled_units": labelled}
        if self.record.looks:
            last = self.record.looks[-1]
            ends = {"difference": last.difference, "low": last.low, "high": last.high}
            found |= {f"experiment_{name}": value for name, value in ends.items()}
        return found

    def documents(self) -> Mapping[str, Any]:
        """The whole state."""
        return {"experiment.json": self.record.model_dump(mode="json")}

    def panel(self) -> Mapping[str, Any]:
        """The recommendation, the table of variants, and the sample ratio."""
        shown: dict[str, Any] = {"recommendation": self.record.recommendation}
        if self.record.variants:
            shown["variants"] = Markdown(table(list(HEADINGS), rows(self.record)))
        if self.record.mismatch_p is not None:
            shown["sample_ratio_p"] = self.record.mismatch_p
        return shown

    def figures(self) -> Iterable[tuple[str, Figure]]:
        """The sequence, once there is a look."""
        if self.record.looks:
            name = self.record.experiment
            yield "experiment", sequence(self.record.looks, self.record.metric, name)

    def facts(self) -> BaseModel | None:
        """The whole state."""
        return self.record
