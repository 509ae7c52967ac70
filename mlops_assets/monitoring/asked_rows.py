"""Add what a served model was asked to its training rows, where the label has come."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.data.prediction_log.identity_hash import IdentityHash, identity_hash
from mlops_assets.data.prediction_log.reading import logged_days
from mlops_assets.data.sources.prediction_log import ASKED_ABOUT, ROW_ID, PredictionLogSource
from mlops_assets.features.columns import require_columns
from mlops_assets.features.dates import to_times

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def with_asked_rows(
    table: pd.DataFrame, spec: LifecycleSpec, settings: Settings, until: date
) -> pd.DataFrame:
    """`table` with the labelled rows of the log up to a day, if `serving: {learn: true}`.

    Such a row has the identity of the row of `table` that is about the same person, so that the
    split puts both on one side. Of others the log knows a hash only, which is the same in all rows
    about one person; without that, too, the request identifies the row. `request_row` tells rows of
    one person apart.
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
    if spec.identity:
        rows = rows.assign(**_identities(rows, table, spec, settings))
        table = table.assign(**{ROW_ID: None})
    rows = rows.reindex(columns=[name for name in table if name in rows])
    both = {name: _alike(table[name], rows[name], spec) for name in rows}
    ours = table.assign(**{name: old for name, (old, _) in both.items()})
    return pd.concat([ours, pd.DataFrame({name: new for name, (_, new) in both.items()})])


def _identities(
    rows: pd.DataFrame, table: pd.DataFrame, spec: LifecycleSpec, settings: Settings
) -> dict[str, list]:
    """The identity columns of asked rows: those of the same person in `table`, if it has them."""
    names = spec.identity
    require_columns(table, names)
    hashed, asked = identity_hash(settings.home, names), {*rows[ASKED_ABOUT]} - {""}
    people = table[names].itertuples(index=False, name=None)
    known = {about: it for it in people if (about := _of(hashed, names, it)) in asked}
    others = rows[ASKED_ABOUT].where(rows[ASKED_ABOUT] != "", rows[ROW_ID])
    found = [
        known.get(about, (other,) * len(names))
        for about, other in zip(rows[ASKED_ABOUT], others, strict=True)
    ]
    return dict(zip(names, map(list, zip(*found, strict=True)), strict=True))


def _of(hashed: IdentityHash, names: list[str], values: tuple) -> str:
    return hashed.of(dict(zip(names, values, strict=True)))


def _labelled(
    source: PredictionLogSource, settings: Settings, day: date, spec: LifecycleSpec
) -> pd.DataFrame:
    rows = source.read_asked(settings, day, spec.timestamp, spec.schedule.timezone)
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
