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
    model_id: str
    """The model that compared the records, `m-…`."""
    entity_map: pd.DataFrame
    """Indexed by `record_id`: `golden_id`, `record_hash`, `since`."""
    scored_pairs: pd.DataFrame
    """`left`, `right` (record ids), `match_weight`, `probability`, `rule`, `contradicts`."""
    review_queue: pd.DataFrame
    """See `review_queue`, and `since`."""
    used: frozenset[str]
    """Golden ids that must not be given out again."""

    def hashes(self, model_id: str) -> pd.Series:
        """The hashes of the records as `model_id` has compared them, by record; else empty text."""
        import pandas as pd

        compared = self.entity_map["record_hash"]
        return (
            compared if model_id == self.model_id else pd.Series("", compared.index, dtype=object)
        )
