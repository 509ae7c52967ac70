"""Type the rows of a table in batches, because conversions need several times a batch."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from mlops_assets.data.personal_data import PersonalData
from mlops_assets.features.columns import Columns, Role, require_columns
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
    """Column by column, so that only one of them is in memory twice: in batches, and as a whole."""
    import pandas as pd

    if len(rows) <= batch_rows or not columns.names:
        return personal.typed(rows, columns)
    require_columns(rows, columns.names)
    typed = {
        name: _typed_column(rows[[name]], role, personal, batch_rows)
        for name, role in columns.roles()
    }
    return pd.DataFrame(typed, copy=False)


def _typed_column(
    values: pd.DataFrame, role: Role, personal: PersonalData, batch_rows: int
) -> pd.Series:
    import pandas as pd

    (name,) = values.columns
    if role == "date" and not is_typed(values[name]):
        batch_rows = len(values)  # how dates are written in text is decided by all of them
    column = Columns.model_validate({role: [name]})
    parts = []
    for start in range(0, len(values), batch_rows):
        parts.append(personal.typed(values[start : start + batch_rows], column)[name])
        gc.collect(1)  # `.str` of pandas refers to itself: its texts would stay until much later
    return pd.concat(parts)
