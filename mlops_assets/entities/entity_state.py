"""The state of the entity tables after the last update."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class EntityState:
    """The entity tables as of the last update; empty before the first one."""

    number: int
    """The number of updates so far."""
    day: date | None
    """The day of the last update."""
    made_by: tuple[str, str]
    """The model that compared the records, `m-…`, and the code version."""
    entity_map: pd.DataFrame
    """Indexed by `record_id`: `golden_id`, `record_hash`, `since`, `gone_on`."""
    scored_pairs: pd.DataFrame
    """`left`, `right` (record ids), `match_weight`, `probability`, `rule`, `contradicts`."""
    review_queue: pd.DataFrame
    """See `review_queue`, and `since`."""
    used: frozenset[str]
    """Golden ids that are no longer used and must not be assigned again."""

    @property
    def present(self) -> pd.DataFrame:
        """The rows of `entity_map` whose records were present."""
        return self.entity_map[self.entity_map["gone_on"].isna()]

    def golden_ids(self, records: pd.Index) -> pd.Series:
        """The golden ids of the records that were present, and former ids of `records`."""
        relevant = self.entity_map["gone_on"].isna() | self.entity_map.index.isin(records)
        return self.entity_map.loc[relevant, "golden_id"]
