"""Whether what the model expects happens: calibration, and its mean beside the base rate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Literal

from mlops_assets.errors import InputError
from mlops_assets.evaluation.calibration import (
    Calibration as Found,
)
from mlops_assets.evaluation.calibration import (
    calibration_metrics,
    calibrations,
)
from mlops_assets.evaluation.figures.calibration import calibration_curve, prediction_histogram
from mlops_assets.evaluation.packs.base import LabelledPack, require_task
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult
from mlops_assets.platform.markdown import plain, table
from mlops_assets.tasks.base import require_rows
from mlops_assets.tasks.metrics.metric import Metric, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

CLASSES = 6
"""How many classes the panel shows."""


class Calibration(LabelledPack):
    """How probabilities, or predicted numbers, compare with what happened on the held-out rows.

    Metrics: `calibration_error`, without what chance adds, and of two classes
    `mean_score_minus_base_rate`, of numbers `mean_prediction_minus_actual`; 0 is best. The mean is
    tested, too: "predicts 16.2 % on average, 15.9 % happened, p = 0.71".
    """

    type: Literal["calibration"] = "calibration"

    def require(self, spec: LifecycleSpec) -> None:
        """Raise `InputError` for a task whose predictions cannot be calibrated."""
        require_task(self.type, spec, "scored_outcomes")

    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """The metrics; curve, histogram and `calibration.json` where they are stored."""
        require_rows(known, predictions)
        outcomes = spec.task.scored_outcomes(known, predictions)
        if not outcomes:
            raise InputError(
                seen=f"the pack calibration, and predictions with {list(predictions.columns)}",
                expected="probabilities of two classes or more, or numbers",
                todo="choose an estimator with probabilities, such as "
                "sklearn.calibration.CalibratedClassifierCV, or leave the pack out of `packs`",
            )
        metrics = calibration_metrics(outcomes, seed=spec.seed)
        found = cache(partial(calibrations, outcomes, spec.task))
        return PackResult(
            metrics,
            draw=lambda: {
                "calibration_curve": calibration_curve(found()),
                "prediction_histogram": prediction_histogram(outcomes, found()),
            },
            documents={"calibration.json": lambda: _document(found())},
            panel=lambda: {"calibration": _panel(metrics, found())},
        )


def _document(found: Sequence[Found]) -> list[dict[str, Any]]:
    return [{**it.model_dump(mode="json"), "in_words": it.sentence} for it in found]


def _panel(metrics: Mapping[str, Metric], found: Sequence[Found]) -> str:
    rows = [(name, *written(it.value, it.low, it.high)) for name, it in metrics.items()]
    mean, chance = (
        sum(getattr(it, name) for it in found) / len(found)
        for name in ("distance", "distance_by_chance")
    )
    worst = sorted(found, key=lambda it: it.p_value)
    lines = [plain(f"{it.name}: {it.sentence}.") for it in worst[:CLASSES]]
    if len(found) > CLASSES:
        lines.append(f"{len(found) - CLASSES} more classes in calibration.json.")
    return "\n\n".join(
        [
            *lines,
            table(["metric", "value", "95 % interval"], rows),
            f"Over ten bins, scores are {mean:.2g} off (ECE); {chance:.2g} is expected of scores "
            "that are right.",
        ]
    )
