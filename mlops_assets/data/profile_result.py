"""How the profile of the training data is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_assets.data.checks.training_checks import warning_claims
from mlops_assets.data.personal_data import PersonalData
from mlops_assets.data.profile.counted_table import CountedTable, column_table
from mlops_assets.data.profile.profile import profile
from mlops_assets.data.profile.record import DataProfile
from mlops_assets.data.training_tables import RawData
from mlops_assets.features.columns import Columns
from mlops_assets.figures.style import with_unit
from mlops_assets.platform.markdown import frame_table
from mlops_assets.platform.mlflow.result import Markdown, Result
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class ProfileResult(Result):
    """A profile, with raw `rows` and their typed features, which its figures are drawn from.

    They are all rows, or of a large table evenly spaced ones. `columns_seen` describes each column
    of all raw rows, one per row.
    """

    record: DataProfile
    dataset_version: str
    rows: pd.DataFrame
    features: pd.DataFrame
    columns: Columns
    columns_seen: pd.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)

    def tags(self) -> dict[str, str]:
        """The version of the rows."""
        return {"dataset_version": self.dataset_version}

    def params(self) -> dict[str, Any]:
        """Number of features, and of the rows that figures and outliers are of."""
        return {"profiled_features": len(self.columns.names), "profiled_rows": len(self.rows)}

    def metrics(self) -> dict[str, float]:
        """The summary statistics."""
        return self.record.summary

    def panel(self) -> dict[str, Any]:
        """The summary statistics, and a table of the columns."""
        names = [with_unit(name, self.units) for name in self.columns_seen["name"]]
        table = frame_table(self.columns_seen.assign(name=names))
        return {**self.record.summary, "columns_seen": Markdown(table)}

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Histograms, and correlations if there are several numbers."""
        from mlops_assets.data.profile import figures

        yield "histograms", figures.histograms(self.features, self.columns, self.units)
        numeric = self.columns.numeric
        if len(numeric) > 1:
            yield "correlations", figures.correlation_heatmap(self.features, numeric)


def profile_rows(
    raw: RawData,
    spec: TrainingSpec,
    personal: PersonalData,
    units: Mapping[str, str] | None = None,
    bounds: Mapping[str, float] | None = None,
) -> ProfileResult:
    """Profile the raw rows, read once; `bounds` are those of the warnings that defs.yaml sets.

    Raises `InputError` if a value does not fit its column's role.
    """
    counted = CountedTable.of(raw.content, spec.columns, spec.training_target)
    rows = counted.spaced
    claims = warning_claims(counted, spec, bounds or {})
    return ProfileResult(
        record=DataProfile(summary=profile(counted), claims=claims),
        dataset_version=raw.dataset_version,
        rows=rows,
        features=personal.typed(rows, spec.columns),
        columns=spec.columns,
        columns_seen=column_table(counted, personal=personal),
        units=units or {},
    )
