"""What the checks of a day need to know of its rows, counted batch by batch."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlops_assets.data.checks.fitting import batch_fits
from mlops_assets.data.profile import column_stats
from mlops_assets.data.profile.repeated_rows import RepeatedRows
from mlops_assets.features.dataset_version import DatasetVersion

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class DayCounts:
    """Counts over the rows of a day, 16 bytes a row whatever its columns.

    All batches have the same columns, with the same dtypes.
    """

    def __init__(self, spec: LifecycleSpec) -> None:
        self.spec, self.rows, self.columns = spec, 0, list[str]()
        self.misfits = False
        self._given, self._version = spec, DatasetVersion()
        self._missing: Counter[str] = Counter()
        self._repeated = RepeatedRows()

    def add(self, batch: pd.DataFrame) -> None:
        """Count rows."""
        self.rows += len(batch)
        self.columns = list(map(str, batch.columns))
        self.spec = self._given.when_scored.of_live_rows(self.columns)
        timestamp = self.spec.timestamp
        self._version.add(batch.drop(columns=[timestamp] if timestamp in batch else []))
        if self.lacking:
            return
        for name, role in self.spec.read_columns.roles():
            self._missing[name] += int(column_stats.missing(batch[name], role).sum())
        self._repeated.add(batch, [name for name in self.spec.identity if name in batch])
        asked = self.spec, self.spec.personal_data, self.spec.require_context
        self.misfits = self.misfits or not batch_fits(batch, *asked)

    @property
    def lacking(self) -> list[str]:
        """The needed columns that the rows do not have."""
        return [name for name in self.spec.needed_columns if name not in self.columns]

    @property
    def empty(self) -> list[str]:
        """The needed columns without any value."""
        return [name for name, count in self._missing.items() if self.rows and count == self.rows]

    def version(self) -> str:
        """Hash of the rows without their times, so that a day sent twice is recognized."""
        return self._version.digest()

    def repeats(self) -> int:
        """The number of rows whose identity an earlier row has, by a hash (see `RepeatedRows`)."""
        return self._repeated.count()
