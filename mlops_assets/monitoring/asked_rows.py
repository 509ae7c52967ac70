"""Add what a served model was asked to its training rows, where the label has come."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.data.prediction_log.reading import logged_days
from mlops_assets.data.sources.prediction_log import ROW_ID, PredictionLogSource
from mlops_assets.features.dates import to_times

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def with_asked_rows(
    table: pd.DataFrame, spec: LifecycleSpec, settings: Settings, until: date
) -> pd.DataFrame:
    """`table` with the labelled rows of the log up to a day, if `serving: {learn: true}`.

    What identifies such a row is its request: the log knows people by a hash only.
    """
    import pandas as pd

    source = spec.live_source
    if not (spec.serving.learn and isinstance(source, PredictionLogSource)):
        return table
    days = [day for day in logged_days(settings, source.model) if day <= until]
    asked = [rows for day in days if len(rows := _labelled(source, settings, day, spec))]
    if not asked:
        return table
    rows = pd.concat(asked, ignore_index=True)
    rows = rows.assign(**dict.fromkeys(spec.identity, rows[ROW_ID]))
    rows = rows.reindex(columns=[name for name in table if name in rows])
    both = {name: _alike(table[name], rows[name], spec) for name in rows}
    ours = table.assign(**{name: old for name, (old, _) in both.items()})
    return pd.concat([ours, pd.DataFrame({name: new for name, (_, new) in both.items()})])


def _labelled(
    source: PredictionLogSource, settings: Settings, day: date, spec: LifecycleSpec
) -> pd.DataFrame:
    rows = source.read_day(settings, day, spec.timestamp, spec.schedule.timezone)
    return rows[rows[str(spec.target)].notna()]


def _alike(old: pd.Series, new: pd.Series, spec: LifecycleSpec) -> tuple[pd.Series, pd.Series]:
    """A column of both tables in the type of the training rows, where the values fit it."""
    import pandas as pd

    if old.name == spec.timestamp:
        old = to_times(old)
        local = new.dt.tz_convert(spec.schedule.timezone)
        return old, local if old.dt.tz else local.dt.tz_localize(None)
    if old.dtype.kind not in "iufb":
        return old, new
    numbers = pd.to_numeric(new, errors="coerce")
    if not numbers[new.notna()].notna().all():
        return old, new
    is_flag = old.dtype.kind == "b" and numbers.isin([0, 1]).all()
    return old, numbers.astype(bool) if is_flag else numbers
