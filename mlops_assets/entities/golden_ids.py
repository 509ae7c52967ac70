"""Golden ids: ids of people that are stable when records are added, changed and removed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MERGED, SPLIT, MOVED, RETIRED = "merged", "split", "moved", "retired"
MEANING = {
    MERGED: "the id is no longer used; its records now have the other id",
    SPLIT: "some records moved from the id to a new one",
    MOVED: "some records moved from the id to another existing one",
    RETIRED: "the id is unused while its records are gone; if they return, they get it back",
}


@dataclass(frozen=True)
class GoldenIds:
    """The golden id of every record, and what happened to the previous ids.

    `changes` has one row for each old id that lost some or all of its records: `golden_id`,
    `change`, the `other` id and the number of `records` concerned.
    """

    ids: pd.Series
    changes: pd.DataFrame

    def successors(self) -> dict[str, str]:
        """The id that replaces each merged id, by merged id."""
        merged = self.changes[self.changes["change"] == MERGED]
        most = merged.drop_duplicates("golden_id")  # changes are sorted by records, descending
        return dict(zip(most["golden_id"], most["other"], strict=True))


def golden_ids(
    before: pd.Series, clusters: pd.Series, *, used: Collection[str] = frozenset()
) -> GoldenIds:
    """Assign an id to each cluster: the one that most of its records had, or a new one.

    `before` has the old golden id by record, `clusters` the cluster by record, each record once.
    Clusters and old ids are matched by the number of records they share, largest first: if a
    cluster contains several ids, the one with most records stays, and if an id is split, the
    largest part keeps it. A new id is derived from the least record of its cluster, so that the
    order of the records has no effect. Ids in `used` are never assigned.
    """
    import pandas as pd

    shared = _shared(before, clusters)
    kept = _matched(shared)
    new = _minted(clusters, kept, used={*used, *before.unique()})
    of_cluster = pd.Series({**kept, **new}, dtype=object)
    ids = clusters.map(of_cluster).astype(object).rename("golden_id")
    changes = _changes(before, shared.assign(other=shared["cluster"].map(of_cluster)), set(new))
    return GoldenIds(ids, changes)


def _shared(before: pd.Series, clusters: pd.Series) -> pd.DataFrame:
    """`golden_id`, `cluster`, `records`: the number of records of an old id in each cluster."""
    import pandas as pd

    both = pd.DataFrame({"golden_id": before, "cluster": clusters.reindex(before.index)}).dropna()
    return both.groupby(["golden_id", "cluster"]).size().rename("records").reset_index()


def _matched(shared: pd.DataFrame) -> dict[int, str]:
    """The old id that each cluster keeps; ties go to the lesser id, then the earlier cluster."""
    kept: dict[int, str] = {}
    ranked = shared.sort_values(
        ["records", "golden_id", "cluster"], ascending=[False, True, True], kind="stable"
    )
    assigned: set[str] = set()
    for golden_id, cluster in zip(ranked["golden_id"], ranked["cluster"], strict=True):
        if golden_id not in assigned and cluster not in kept:
            kept[cluster] = golden_id
            assigned.add(golden_id)
    return kept


def _minted(clusters: pd.Series, kept: Collection[int], used: set[str]) -> dict[int, str]:
    """New ids for the clusters that keep no old one."""
    rest = clusters[~clusters.isin(list(kept))]
    least = rest.rename(index=str).sort_index().drop_duplicates()
    new: dict[int, str] = {}
    for record, cluster in least.items():
        new[cluster] = next(it for it in _candidate_ids(str(record)) if it not in used)
        used.add(new[cluster])
    return new


def _candidate_ids(record: str):
    """Ids of `G-` and 16 hex characters that do not reveal the record; later ones on collision."""
    for attempt in count():
        digest = hashlib.sha256(f"{record}/{attempt}".encode()).hexdigest()
        yield f"G-{digest[:16]}"


def _changes(before: pd.Series, shared: pd.DataFrame, minted: set[int]) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    moved = shared[shared["golden_id"] != shared["other"]]
    alive = moved["golden_id"].isin(shared["other"])
    kinds = [~alive, moved["cluster"].isin(list(minted))]
    moved = moved.assign(change=np.select(kinds, [MERGED, SPLIT], MOVED))
    gone = before[~before.isin(shared["golden_id"])].value_counts().rename("records")
    retired = gone.rename_axis("golden_id").reset_index().assign(change=RETIRED, other=None)
    columns = ["golden_id", "change", "other", "records"]
    table = pd.concat([part[columns].astype(object) for part in (moved, retired)])
    return table.sort_values(["golden_id", "records"], ascending=[True, False], ignore_index=True)
