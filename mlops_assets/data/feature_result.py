"""How the feature table of a retrain is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mlops_assets.data.training_tables import FeatureTable
from mlops_assets.features.columns import Columns
from mlops_assets.figures.style import with_unit
from mlops_assets.platform.markdown import frame_table, table
from mlops_assets.platform.mlflow.result import Markdown, Result
from mlops_assets.tasks.feature_table import HOLDOUT, target_summary
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class FeaturesResult(Result):
    """A feature table, and the spec that it was built by."""

    record: FeatureTable
    spec: TrainingSpec
    units: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0
    """Rows that share a value with the holdout which is kept `apart`."""
    sampled_of: int | None = None
    """The number of raw rows, if the table is made of a sample of them."""

    def tags(self) -> dict[str, str]:
        """The version of the rows."""
        return {"dataset_version": self.record.dataset_version}

    def params(self) -> dict[str, Any]:
        """Share of the holdout, and number of features."""
        return {"holdout": self.spec.split.holdout, "features": len(self.spec.columns.names)}

    def metrics(self) -> dict[str, float]:
        """Rows on each side of the split, on neither if it keeps values apart, and sampled."""
        return dict(self._sides)

    def documents(self) -> dict[str, Any]:
        """Role of each feature, and the target per side."""
        roles = {"features.json": dict(self.spec.columns.roles())}
        balance = self._balance
        return roles if balance is None else {**roles, "target_balance.json": balance.to_dict()}

    def panel(self) -> dict[str, Any]:
        """The same, as tables."""
        balance = self._balance
        shown = (
            {}
            if balance is None
            else {"target_balance": Markdown(frame_table(balance, index=True))}
        )
        return {
            **shown,
            **self._sides,
            "features": Markdown(role_table(self.spec.columns, self.units)),
        }

    @cached_property
    def _sides(self) -> dict[str, int]:
        held = int(self.record.table[HOLDOUT].sum())
        neither = {"left_out_rows": self.left_out} if self.spec.split.apart else {}
        sampled = {} if self.sampled_of is None else {"sampled_of_rows": self.sampled_of}
        training = len(self.record.table) - held
        return {"training_rows": training, "holdout_rows": held, **neither, **sampled}

    @cached_property
    def _balance(self) -> pd.DataFrame | None:
        if self.spec.training_target is None:
            return None
        return target_summary(self.record.table, self.spec)


def role_table(columns: Columns, units: Mapping[str, str]) -> str:
    """The features with their units and roles, as a Markdown table."""
    rows = ((with_unit(name, units), role) for name, role in columns.roles())
    return table(["feature", "role"], rows)
