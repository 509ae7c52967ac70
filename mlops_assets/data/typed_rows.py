"""Type the rows of a table in batches, because conversions need several times a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.data.personal_data import PersonalData
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.dates import is_typed
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd


def typed_in_batches(
    rows: pd.DataFrame, spec: TrainingSpec, personal: PersonalData, batch_rows: int
) -> Dataset:
    """`personal.dataset` of the rows, which raises the same."""
    found = Dataset(
        features=_typed(rows, spec.columns, personal, batch_rows),
        columns=spec.columns,
        context=_typed(rows, spec.context_columns, personal, batch_rows),
        roles=spec.context_roles,
        positive=spec.positive,
    )
    found.require_weights()
    return found


def _typed(
    rows: pd.DataFrame, columns: Columns, personal: PersonalData, batch_rows: int
) -> pd.DataFrame:
    import pandas as pd

    # How dates are written in text is decided by all of them.
    has_text_dates = any(not is_typed(rows[name]) for name in columns.date)
    if has_text_dates or len(rows) <= batch_rows or not columns.names:
        return personal.typed(rows, columns)
    starts = range(0, len(rows), batch_rows)
    return pd.concat([personal.typed(rows[it : it + batch_rows], columns) for it in starts])
