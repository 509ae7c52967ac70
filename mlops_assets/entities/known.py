"""What is known of the entities from the last update."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Known:
    """The tables as the last update left them; empty before the first one."""

    number: int
    """How many updates there were."""
    day: date | None
    """The day of the last one."""
    made_by: tuple[str, str]
    """The model that compared the records, `m-…`, and the version of the code."""
    entity_map: pd.DataFrame
    """Indexed by `record_id`: `golden_id`, `record_hash`, `since`, `gone_on`."""
    scored_pairs: pd.DataFrame
    """`left`, `right` (record ids), `match_weight`, `probability`, `rule`, `contradicts`."""
    review_queue: pd.DataFrame
    """See `review_queue`, and `since`."""
    used: frozenset[str]
    """Golden ids that ended, which must not be given to others."""

    @property
    def present(self) -> pd.DataFrame:
        """The part of `entity_map` whose records were there."""
        return self.entity_map[self.entity_map["gone_on"].isna()]

    def golden_ids(self, records: pd.Index) -> pd.Series:
        """The golden ids of the records that were there, and those that `records` had once."""
        one_of_them = self.entity_map["gone_on"].isna() | self.entity_map.index.isin(records)
        return self.entity_map.loc[one_of_them, "golden_id"]
