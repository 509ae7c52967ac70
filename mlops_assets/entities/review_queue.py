"""The review queue: uncertain pairs, contradictions and suspiciously large entities."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

UNCERTAIN, CONTRADICTION, OVERSIZED = "uncertain pair", "contradiction", "oversized cluster"
MEANING = {
    UNCERTAIN: "the two may be one person: above the review threshold, below the match threshold",
    CONTRADICTION: "the two match, but were kept apart because of the ids of two people",
    OVERSIZED: "more records than one person is likely to have",
}
OWN_IDS = "the two match, but have the ids of two people"
OTHER_IDS = "the two match, but with their other records they would have the ids of two people"
COLUMNS = ("item", "kind", "left_id", "right_id", "golden_id", "other_golden_id")
COLUMNS += ("match_weight", "why")


def review_queue(
    pairs: pd.DataFrame, golden_ids: pd.Series, *, match_weight: float, most_records: int
) -> pd.DataFrame:
    """One row per item, with the columns `COLUMNS`; `item` is stable between runs.

    `pairs` are the pairs above the review weight, by record; `golden_ids` the id of every record.
    """
    import pandas as pd

    parts = [_pairs(pairs, golden_ids, match_weight), _oversized(golden_ids, most_records)]
    items = pd.concat([part.reindex(columns=COLUMNS).astype(object) for part in parts])
    items["match_weight"] = items["match_weight"].astype("float64")
    return items.sort_values("item", ignore_index=True)


def _pairs(pairs: pd.DataFrame, golden_ids: pd.Series, match_weight: float) -> pd.DataFrame:
    """Pairs whose records are in different entities."""
    import numpy as np

    ids = {side: golden_ids.reindex(pairs[side]).to_numpy() for side in ("left", "right")}
    apart = pairs[ids["left"] != ids["right"]]
    kind = np.where(apart["match_weight"] >= match_weight, CONTRADICTION, UNCERTAIN)
    contradicted = np.where(apart["contradicts"].astype(bool), OWN_IDS, OTHER_IDS)
    return apart.rename(columns={"left": "left_id", "right": "right_id"}).assign(
        item=[_name(*it) for it in zip(kind, apart["left"], apart["right"], strict=True)],
        kind=kind.astype(object),
        golden_id=golden_ids.reindex(apart["left"]).to_numpy(),
        other_golden_id=golden_ids.reindex(apart["right"]).to_numpy(),
        why=np.where(kind == CONTRADICTION, contradicted, MEANING[UNCERTAIN]).astype(object),
    )


def _oversized(golden_ids: pd.Series, most_records: int) -> pd.DataFrame:
    import pandas as pd

    sizes = golden_ids.value_counts()
    large = sizes[sizes > most_records]
    return pd.DataFrame(
        {
            "item": [_name(OVERSIZED, golden_id) for golden_id in large.index],
            "kind": OVERSIZED,
            "golden_id": large.index,
            "why": [f"{size} records, more than {most_records}" for size in large],
        }
    )


def _name(*parts: object) -> str:
    """16 hex characters that identify an item."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:16]
