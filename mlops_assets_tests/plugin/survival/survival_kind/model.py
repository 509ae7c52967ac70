"""A fitted exponential regression: a coefficient per feature."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.kinds.base import Summary
from mlops_assets.kinds.model_files import log_files

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlops_assets.features.dataset import Dataset

FILE = "coefficients.json"
STEPS = 30


@dataclass(frozen=True)
class ExponentialModel:
    """The hazard is exp(intercept + coefficients · standardised features); missing is average."""

    names: list[str]
    centre: list[float]
    scale: list[float]
    intercept: float
    coefficients: list[float]
    rows: int
    events: int

    @classmethod
    def fitted(cls, dataset: Dataset, penalty: float) -> ExponentialModel:
        """Newton's method; the likelihood has one maximum."""
        import numpy as np

        rows, time = dataset.features[dataset.columns.names], dataset.known_target().to_numpy()
        ended = (dataset.of_role("event").to_numpy() == 1).astype("float64")
        centre, scale = rows.mean(), rows.std().replace(0, 1).fillna(1)
        table = ((rows - centre) / scale).fillna(0).to_numpy()
        design = np.column_stack([np.ones(len(table)), table])
        ridge = penalty * np.diag([0.0, *np.ones(table.shape[1])])
        weights = np.array([np.log(ended.sum() / time.sum()), *np.zeros(table.shape[1])])
        for _ in range(STEPS):
            expected = time * np.exp(design @ weights)
            gradient = design.T @ (ended - expected) - ridge @ weights
            weights += np.linalg.solve(design.T @ (expected[:, None] * design) + ridge, gradient)
        return cls(
            names=list(rows.columns),
            centre=centre.fillna(0).tolist(),
            scale=scale.tolist(),
            intercept=float(weights[0]),
            coefficients=weights[1:].tolist(),
            rows=len(rows),
            events=int(ended.sum()),
        )

    def summary(self) -> Summary:
        """The number of rows, and how many of them had ended."""
        return Summary({"rows": self.rows}, {"train_events": float(self.events)})

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """The median lifetime."""
        import numpy as np
        import pandas as pd

        log_hazard = self.intercept + self._shares(features).sum(axis=1)
        return pd.DataFrame({"prediction": np.log(2) * np.exp(-log_hazard)}, features.index)

    def save(self, sample: pd.DataFrame, *, run_id: str, model_name: str) -> str:
        """Log the coefficients as JSON."""

        def write(folder: Path) -> None:
            (folder / FILE).write_text(json.dumps(asdict(self)))

        return log_files(
            write, kind="exponential", sample=sample, run_id=run_id, model_name=model_name
        )

    def monitoring_features(self, features: pd.DataFrame) -> pd.DataFrame:
        """None."""
        return features[[]]

    def importance(self, dataset: Dataset, *, seed: int) -> pd.DataFrame:
        """The size of the coefficients: 1 multiplies the hazard by e for one standard deviation."""
        import pandas as pd

        table = pd.DataFrame(
            {"feature": self.names, "importance": self.coefficients, "spread": 0.0}
        )
        table["importance"] = table["importance"].abs()
        return table.sort_values("importance", ascending=False, ignore_index=True)

    def explain_rows(self, features: pd.DataFrame) -> pd.DataFrame:
        """What each feature adds to the logarithm of the lifetime."""
        import pandas as pd

        return pd.DataFrame(-self._shares(features), features.index, self.names)

    def _shares(self, features: pd.DataFrame) -> np.ndarray:
        """What each feature adds to the logarithm of the hazard, (rows, features)."""
        import numpy as np

        known = (features[self.names] - np.array(self.centre)) / np.array(self.scale)
        return known.fillna(0).to_numpy() * np.array(self.coefficients)
