"""What each threshold would give on the holdout."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs.base import Pack, labelled_rows, require_task
from mlops_assets.evaluation.threshold_scan import ThresholdScan, scan
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import DecidesByThreshold, Model, PackResult
from mlops_assets.platform.markdown import table
from mlops_assets.tasks.metrics.labelled import Labelled, labelled
from mlops_assets.tasks.metrics.metric import written

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

USUAL = 0.5


class Threshold(Pack):
    """Precision, recall, F1 and cost by threshold, with those that the model decides by marked.

    The metric `decision_cost` is the mean cost of a row as the model decides: 0 is perfect, and
    with costs of 1 it is the error rate. It shows what the chosen threshold gives, and chooses
    none: a threshold that is picked on the holdout looks better than it is.
    """

    type: Literal["threshold"] = "threshold"
    false_positive: float = Field(
        1, ge=0, description="Cost of a negative that is predicted positive."
    )
    false_negative: float = Field(
        1, ge=0, description="Cost of a positive that is predicted negative."
    )

    def require(self, spec: LifecycleSpec) -> None:
        """Raise `InputError` for a task without a positive class."""
        require_task(self.type, spec, "require_positive")

    def evaluate(
        self, model: Model, dataset: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult:
        """The cost as decided; nothing without a target. Raises `InputError` for other tasks."""
        if dataset.target is None:
            return PackResult()
        known, said = labelled_rows(dataset, predictions)
        o = labelled(known.target, said, positive=dataset.positive)
        if len(o.labels) != 2 or not o.probability.size:
            raise InputError(
                seen=f"the pack threshold, and predictions of {len(o.labels)} labels with "
                f"{o.probability.shape[1]} probabilities",
                expected="a classifier that gives the probabilities of two classes",
                todo="leave the pack out of `packs`, or choose another estimator",
            )
        set_ones = model.decision_thresholds() if isinstance(model, DecidesByThreshold) else {}
        found = self._scan(o, dict(set_ones) or {"": USUAL}, spec)
        return PackResult(
            {"decision_cost": found.decided["cost"]},
            draw=partial(_figures, found),
            documents={"threshold.json": found.document},
            panel=lambda: {"threshold": _table(found)},
        )

    def _scan(self, o: Labelled, chosen: dict[str, float], spec: LifecycleSpec) -> ThresholdScan:
        return scan(o, chosen, (self.false_positive, self.false_negative), seed=spec.seed)


def _figures(found: ThresholdScan):
    from mlops_assets.evaluation.figures.threshold import threshold

    return {"threshold": threshold(found)}


def _table(found: ThresholdScan) -> str:
    named = [f"{it:.3g}" + (f" ({name})" if name else "") for name, it in found.chosen.items()]
    rows = [(name, *written(it.value, it.low, it.high)) for name, it in found.decided.items()]
    about = f"{table(['as decided', 'value', '95 % interval'], rows)}\n\n{found.costs}."
    return f"{about} Threshold: {', '.join(named[:10])}."
