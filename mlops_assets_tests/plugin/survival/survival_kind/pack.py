"""The pack: whether as many have ended as the model expects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mlops_assets.evaluation.packs.base import Pack
from mlops_assets.kinds.base import Model, PackResult
from mlops_assets.tasks.metrics.metric import exact

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.features.dataset import Dataset
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class SurvivalCalibration(Pack):
    """The share of rows that had ended by a time, beside the share that was predicted to."""

    type: Literal["survival_calibration"] = "survival_calibration"
    at: float = Field(gt=0, description="The time to look at.")

    def evaluate(
        self, model: Model, dataset: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult:
        """The metric `calibration_error`, and both shares as a document."""
        import numpy as np

        ended = dataset.known_target()[dataset.of_role("event") == 1]
        seen = float((ended <= self.at).sum() / len(dataset))
        hazard = np.log(2) / predictions["prediction"].to_numpy()
        expected = float((1 - np.exp(-hazard * self.at)).mean())
        shares = {"at": self.at, "seen": seen, "expected": expected}
        return PackResult(
            {"calibration_error": exact(abs(seen - expected), len(dataset))},
            documents={"calibration.json": lambda: shares},
        )
