"""What each drifted column brings to the performance that is expected without labels.

A sample of the day's rows is scored once as it is, and once for each drifted column as if that were
distributed as in the reference. The difference of the estimates is what its drift brings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlops_assets.kinds.base import predictions_of
from mlops_assets.kinds.loading import load_model
from mlops_assets.monitoring.drift.drift_verdict import DriftVerdict
from mlops_assets.monitoring.drift.restored_rows import restored
from mlops_assets.monitoring.drift.table_profile import TableProfile

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.kinds.base import Model
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec
    from mlops_assets.tasks.metrics.calibrated import Calibration

MOST_ROWS, MOST_COLUMNS = 2_000, 5
"""So that it takes six predictions of as many rows at most."""


def cost_by_column(
    rows: pd.DataFrame,
    verdict: DriftVerdict,
    reference: TableProfile,
    model_id: str,
    metric: str,
    calibration: Calibration,
    spec: LifecycleSpec,
) -> Mapping[str, float]:
    """The change of the expected `metric` that each of the worst drifted columns brings.

    Negative where the metric is lower than it would be without the drift of that column alone. It
    is as trustworthy as the estimate: blind to a change of concept. `rows` are rows of the day;
    columns that the model does not see, dates and texts are left out. Empty if defs.yaml has got a
    column since the version was trained.
    """
    columns = [name for name in verdict.drifted if name in spec.columns.names][:MOST_COLUMNS]
    if not columns or not {*spec.columns.names} <= {*rows.columns}:
        return {}
    model = load_model(f"models:/{model_id}", spec.model.type)
    typed = spec.typed(rows.iloc[:: -(-len(rows) // MOST_ROWS)]).reset_index(drop=True)
    return brought(typed, columns, reference, model, metric, calibration, spec)


def brought(
    typed: pd.DataFrame,
    columns: list[str],
    reference: TableProfile,
    model: Model,
    metric: str,
    calibration: Calibration,
    spec: LifecycleSpec,
) -> Mapping[str, float]:
    """The same for typed rows, a model and the drifted `columns`."""

    def expected(features: pd.DataFrame) -> float:
        scored = predictions_of(model, features)
        found = spec.task.estimated_metrics(scored, calibration, spec.positive, seed=spec.seed)
        return found[metric].value

    as_it_is, roles = expected(typed), dict(reference.columns.roles())
    found = {}
    for name in columns:
        rows = restored(typed, name, roles[name], reference.profiles[name], spec.seed)
        if rows is not None:
            found[name] = as_it_is - expected(rows)
    return found
