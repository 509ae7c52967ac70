"""Metrics of your own: means of what registered functions give for each row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from mlops_assets.data.sources.python import find_function
from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs.base import LabelledPack
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult
from mlops_assets.platform.settings import Settings
from mlops_assets.tasks.metrics.classification import weighted_mean
from mlops_assets.tasks.metrics.intervals import Estimates, with_intervals

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

Dotted = Annotated[str, Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$", max_length=200)]
MetricName = Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$", max_length=100)]


class Functions(LabelledPack):
    """The mean of what each function gives for the held-out rows, with a 95 % interval.

    A function takes the `Dataset` and the predictions, a row each, and returns a number per row,
    (n,). Like the function of a source, it must be registered, under the entry point group
    `mlops_assets.functions` of its package or in MLOPS_ASSETS_ALLOWED_NAMES.
    """

    type: Literal["functions"] = "functions"
    metrics: dict[MetricName, Dotted] = Field(
        min_length=1,
        max_length=50,
        description="Functions by the name of their metric, such as {plan_alignment_score: "
        "shop.metrics.plan_alignment_score}.",
    )

    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """The metrics, by their names."""
        settings = Settings.from_environment()
        rows = len(known)
        formulas = {
            name: (partial(weighted_mean, _values(dotted, known, predictions, settings)), rows)
            for name, dotted in self.metrics.items()
        }
        return PackResult(with_intervals(Estimates(formulas, rows), seed=spec.seed))

    def judge_day(
        self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult:
        """The same of a day's labelled rows."""
        return self.judge(known, predictions, spec)


def _values(
    dotted: str, known: Dataset, predictions: pd.DataFrame, settings: Settings
) -> np.ndarray:
    """What the function gives. Raises `InputError` unless it is a finite number per row."""
    import numpy as np

    given = find_function(dotted, settings)(known, predictions)
    try:
        found = np.asarray(given, dtype="float64")
    except (TypeError, ValueError):
        found = np.array(np.nan)
    if found.shape != (len(known),) or not np.isfinite(found).all():
        raise InputError(
            seen=f"{dotted} gave {type(given).__name__} of the shape {np.shape(given)}, or values "
            "that are not finite numbers",
            expected=f"one finite number for each of {len(known)} rows",
            todo="correct the function",
        )
    return found
