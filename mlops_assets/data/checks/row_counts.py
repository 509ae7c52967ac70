"""What the checks of training rows need to know of them, counted batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlops_assets.data.checks.fitting import batch_fits, target_fits
from mlops_assets.data.personal_data import PersonalData
from mlops_assets.data.profile import column_stats
from mlops_assets.data.profile.distinct import Distinct
from mlops_assets.data.profile.repeated_rows import RepeatedRows
from mlops_assets.data.sources.prediction_log import ROW_ID
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.row_hash import row_hashes
from mlops_assets.tasks.training_spec import TrainingSpec

if TYPE_CHECKING:
    import pandas as pd

MOST_SHOWN = 5


class TargetCounts:
    """How many targets are missing, and how many distinct ones there are."""

    def __init__(self, spec: TrainingSpec) -> None:
        self._spec, self.gaps, self.distinct = spec, 0, Distinct()
        self.shown = set[str]()
        """The distinct targets as text, as long as there are few."""

    def add(self, values: pd.Series) -> None:
        """Count the targets of further rows."""
        ((_, role),) = self._spec.task.target_columns(str(values.name)).roles()
        gaps = column_stats.missing(values, role)
        known = values[~gaps]
        self.gaps += int(gaps.sum())
        self.distinct.add(row_hashes([known], len(known), exact=True))
        if len(self.shown) <= MOST_SHOWN:
            words = known.astype(str) if known.dtype == object else known
            self.shown |= {*words.drop_duplicates().head(MOST_SHOWN + 1).astype(str)}


class RowCounts:
    """Counts over training rows, 8 bytes a row whatever their columns.

    All batches have the same columns, with the same dtypes. `require_context` raises `InputError`
    for context that the task or the kind of model cannot use.
    """

    def __init__(
        self,
        spec: TrainingSpec,
        personal: PersonalData,
        require_context: Callable[[Dataset], None],
    ) -> None:
        self.spec, self.personal, self.require_context = spec, personal, require_context
        self.rows, self.misfits = 0, False
        self.target, self.repeated = TargetCounts(spec), RepeatedRows()
        self.columns = list[str]()
        self._missing: Counter[str] = Counter()

    def add(self, batch: pd.DataFrame) -> None:
        """Count rows."""
        self.rows += len(batch)
        self.columns = list(map(str, batch.columns))
        target = self.spec.training_target
        needed = [*self.spec.needed_columns, *filter(None, [target])]
        if any(self.columns.count(name) != 1 for name in needed):
            return  # which has a check of its own
        for name, role in self.spec.read_columns.roles():
            self._missing[name] += int(column_stats.missing(batch[name], role).sum())
        if target is not None:
            self.target.add(batch[target])
        self.repeated.add(batch, [name for name in self.identity if name in batch])
        asked = self.spec, self.personal, self.require_context
        fits = batch_fits(batch, *asked) and target_fits(batch, self.spec)
        self.misfits = self.misfits or not fits

    @property
    def identity(self) -> list[str]:
        """A person may have been asked about several times: the request tells such rows apart."""
        given = self.spec.identity
        return [*given, *([ROW_ID] if given and ROW_ID in self.columns else [])]

    @property
    def empty(self) -> list[str]:
        """The needed columns without any value."""
        return [name for name, count in self._missing.items() if self.rows and count == self.rows]
