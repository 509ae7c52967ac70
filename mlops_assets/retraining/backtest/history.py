"""The rows of a model as they were known on each day of the past."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.data.labels import typed_labels
from mlops_assets.data.training_window import newest, seen_through
from mlops_assets.errors import InputError
from mlops_assets.features.columns import require_columns
from mlops_assets.features.dataset_version import dataset_version
from mlops_assets.features.dates import local_times, to_times
from mlops_assets.monitoring.asked_rows import with_asked_rows
from mlops_assets.monitoring.labels import labels_and_context

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class TrainingRows(NamedTuple):
    """What a retrain reads. Equal versions have equal rows."""

    table: pd.DataFrame
    version: str
    seen_through: date


class KnownDay(NamedTuple):
    """The rows of a day with all labels that ever came, indexed by the rows that have one."""

    rows: pd.DataFrame
    labels: pd.Series


class History:
    """Rows and labels of a model by day; a label is known `label_delay` days after its row.

    A table with a `timestamp` is read once. Without one, the source itself says what it had on a
    day, as simulators and prediction logs can. Raises `InputError` if the source has no days.
    """

    def __init__(self, spec: LifecycleSpec, settings: Settings) -> None:
        self.spec, self.settings = spec, settings
        self.delay = timedelta(days=spec.live.label_delay)
        if not spec.is_monitored or spec.live.rows == "table" or not spec.is_supervised:
            raise InputError(
                seen=f"{spec.name} has no days of rows with labels to replay",
                expected="a supervised model whose source can be read by day",
                todo="name the column with the time in `timestamp`, or set `live: {source: …}`",
            )

    def training(self, day: date) -> TrainingRows:
        """The rows that a retrain at the end of `day` can learn from: their labels have come."""
        spec, until = self.spec, day - self.delay
        if spec.timestamp is None:
            table = spec.source.read(self.settings, until=until)
            table = with_asked_rows(table, spec, self.settings, until).reset_index(drop=True)
            return TrainingRows(table, dataset_version(table), until)
        known = self._table[self._days <= _midnight(until)]
        rows = newest(known, spec.timestamp, spec.window).reset_index(drop=True)
        if rows.empty:
            return TrainingRows(rows, "", until)
        through = seen_through(rows, spec.timestamp, spec.schedule.timezone, until)
        # The table never changes here, so its length tells apart what its days have brought.
        return TrainingRows(rows, f"{len(known)} rows until {through}", through)

    def day(self, day: date) -> KnownDay:
        """The rows that came on `day`; there may be none."""
        spec = self.spec
        if self._lives_from_the_table:
            rows = self._table[self._days == _midnight(day)].reset_index(drop=True)
            return KnownDay(rows, typed_labels(rows[spec.target], spec))
        zone = spec.schedule.timezone
        rows = spec.live_source.read_day(self.settings, day, spec.timestamp, zone)
        rows, labels, _ = labels_and_context(rows, spec, self.settings, day)
        return KnownDay(rows, labels)

    @property
    def covered(self) -> tuple[date, date] | None:
        """The first and the last day of the table; None without one, for any day can be asked."""
        if not self._lives_from_the_table:
            return None
        return self._days.min().date(), self._days.max().date()

    @cached_property
    def version(self) -> str:
        """A hash of the table; empty if the source is asked by day."""
        return dataset_version(self._table) if self._lives_from_the_table else ""

    @property
    def _lives_from_the_table(self) -> bool:
        spec = self.spec
        return bool(spec.timestamp and spec.live_source is spec.source and not spec.live.labels)

    @cached_property
    def _table(self) -> pd.DataFrame:
        table, name = self.spec.source.read(self.settings), str(self.spec.timestamp)
        require_columns(table, [name])
        return table.assign(**{name: to_times(table[name])})

    @cached_property
    def _days(self) -> pd.Series:
        times = self._table[str(self.spec.timestamp)]
        return local_times(times, self.spec.schedule.timezone).dt.normalize()


def _midnight(day: date) -> pd.Timestamp:
    import pandas as pd

    return pd.Timestamp(day)
