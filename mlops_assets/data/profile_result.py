"""How the profile of the training data is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from mlops_assets.data.checks.training_checks import warning_claims
from mlops_assets.data.personal_data import PersonalData
from mlops_assets.data.profile.counted_table import CountedTable, column_table
from mlops_assets.data.profile.profile import profile
from mlops_assets.data.profile.record import DataProfile, StoredProfile
from mlops_assets.data.training_tables import RawData
from mlops_assets.features.columns import Columns
from mlops_assets.figures.style import with_unit
from mlops_assets.platform.markdown import frame_table
from mlops_assets.platform.mlflow.result import TAKEN_FROM, Markdown, Picture, Result
from mlops_assets.platform.mlflow.run_files import all_artifacts
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from mlflow import MlflowClient
    from mlflow.entities import Run

FILE, PAGE = "profile.json", "profile.html"
FIGURES = ("histograms", "correlations")
TAG = "profile_inputs"


@dataclass(frozen=True)
class ProfileResult(Result):
    """A profile, and its figures, which are drawn when they are recorded.

    `rows` are raw rows to render a report of: all, or of a large table evenly spaced ones. What an
    earlier run `run_id` has recorded of the same rows has the report as `html` instead.
    """

    stored: StoredProfile
    drawn: Callable[[], Iterator[tuple[str, Figure | Picture]]]
    rows: pd.DataFrame | None = None
    html: str = ""
    run_id: str = ""

    @property
    def record(self) -> DataProfile:
        """The statistics and claims."""
        return self.stored.record

    def tags(self) -> dict[str, str]:
        """The version of the rows."""
        return {"dataset_version": self.stored.dataset_version}

    def params(self) -> dict[str, Any]:
        """Number of features, and of the rows that figures and outliers are of."""
        return {"profiled_features": self.stored.features, "profiled_rows": self.stored.rows}

    def metrics(self) -> dict[str, float]:
        """The summary statistics."""
        return self.record.summary

    def documents(self) -> dict[str, Any]:
        """All of it, for runs that need it again."""
        return {FILE: self.stored.model_dump(mode="json")}

    def panel(self) -> dict[str, Any]:
        """The summary statistics, and a table of the columns."""
        return {**self.record.summary, "columns_seen": Markdown(self.stored.columns_seen)}

    def figures(self) -> Iterator[tuple[str, Figure | Picture]]:
        """Histograms, and correlations if there are several numbers."""
        return self.drawn()


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
    rows, units = counted.spaced, units or {}
    claims = warning_claims(counted, spec, bounds or {})
    columns = column_table(counted, personal=personal)
    named = columns.assign(name=[with_unit(name, units) for name in columns["name"]])
    stored = StoredProfile(
        record=DataProfile(summary=profile(counted), claims=claims),
        dataset_version=raw.dataset_version,
        features=len(spec.columns.names),
        rows=len(rows),
        columns_seen=frame_table(named),
    )
    typed = personal.typed(rows, spec.columns)
    return ProfileResult(stored, partial(_figures, typed, spec.columns, units), rows)


def earlier_profile(client: MlflowClient, run: Run) -> ProfileResult | None:
    """The profile that the run has recorded; None if its files are gone."""
    files = all_artifacts(client, run.info.run_id)
    if not {FILE, PAGE, f"{FIGURES[0]}.png"} <= files.keys():
        return None
    there = [name for name in FIGURES if f"{name}.png" in files]
    return ProfileResult(
        StoredProfile.model_validate_json(files[FILE]),
        lambda: ((name, Picture(files[f"{name}.png"])) for name in there),
        html=files[PAGE].decode(),
        run_id=run.data.tags.get(TAKEN_FROM, run.info.run_id),
    )


def _figures(
    features: pd.DataFrame, columns: Columns, units: Mapping[str, str]
) -> Iterator[tuple[str, Figure]]:
    from mlops_assets.data.profile import figures

    yield FIGURES[0], figures.histograms(features, columns, units)
    if len(columns.numeric) > 1:
        yield FIGURES[1], figures.correlation_heatmap(features, columns.numeric)
