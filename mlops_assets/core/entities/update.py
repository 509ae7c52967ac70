"""Bring the entities up to date: what came, changed or went, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.core.entities.difference import Difference, difference
from mlops_assets.core.entities.golden_ids import GoldenIds, golden_ids
from mlops_assets.core.entities.known import Known
from mlops_assets.core.row_hash import row_hashes

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Arrivals:
    """The records by name: those to compare, those that need not be, those that are gone."""

    new: pd.Index
    changed: pd.Index
    gone: pd.Index
    known: pd.Index

    @property
    def compared(self) -> pd.Index:
        """The records that are compared: the new and the changed ones."""
        return self.new.append(self.changed)


def record_hashes(features: pd.DataFrame, registered: pd.Series) -> pd.Series:
    """16 hex characters a record that change with any of its values."""
    import pandas as pd

    columns = [*(features[name] for name in features), registered]
    hashes = row_hashes(columns, len(features), exact=True)
    return pd.Series([f"{it:016x}" for it in hashes.tolist()], features.index, dtype=object)


def arrivals(before: pd.Series, now: pd.Series) -> Arrivals:
    """What came, changed and went; both are the records' hashes, by record."""
    there = now.index.isin(before.index)
    same = now.to_numpy() == before.reindex(now.index).to_numpy()
    return Arrivals(
        new=now.index[~there],
        changed=now.index[there & ~same],
        gone=before.index[~before.index.isin(now.index)],
        known=now.index[there & same],
    )


def pairs_among(pairs: pd.DataFrame, records: pd.Index) -> pd.DataFrame:
    """The pairs of which both records are among `records`."""
    return pairs[pairs["left"].isin(records) & pairs["right"].isin(records)]


@dataclass(frozen=True)
class Resolved:
    """Who is who after an update, and the golden ids that it concerns.

    Only the golden records of `touched` can have changed: their records are others than before,
    or say something else. `ended` are ids that are no longer used.
    """

    golden: GoldenIds
    touched: frozenset[str]
    ended: frozenset[str]

    def members(self) -> pd.Series:
        """The golden id of every record of the entities that were touched."""
        return self.golden.ids[self.golden.ids.isin(self.touched)]


def resolve(
    before: pd.Series, clusters: pd.Series, compared: pd.Index, *, used: Collection[str]
) -> Resolved:
    """Golden ids for `clusters`, given the ids `before`; `compared` are new or changed records."""
    golden = golden_ids(before, clusters, used=used)
    now = golden.ids
    was = before.reindex(now.index)
    moved = now.index[(was != now).to_numpy()]
    left = {*was.loc[moved].dropna(), *before[~before.index.isin(now.index)]}
    alive = {*now}
    concerned = {*now.loc[moved], *now.loc[compared], *left}
    return Resolved(golden, frozenset(concerned & alive), frozenset(left - alive))


def entity_map(ids: pd.Series, hashes: pd.Series, before: pd.DataFrame, day: date) -> pd.DataFrame:
    """The new `entity_map`: a record has its golden id since `day`, or for as long as it had it."""
    import pandas as pd

    old = before.reindex(ids.index)
    since = old["since"].where(old["golden_id"] == ids, pd.Timestamp(day))
    table = {"golden_id": ids, "record_hash": hashes, "since": since}
    return pd.DataFrame(table).rename_axis("record_id").reset_index()


def waiting_since(review: pd.DataFrame, before: pd.DataFrame, day: date) -> pd.DataFrame:
    """The review queue with the day on which each item first stood in it."""
    import pandas as pd

    known = review["item"].map(before.set_index("item")["since"])
    return review.assign(since=pd.to_datetime(known).fillna(pd.Timestamp(day)))


def differences(
    known: Known,
    entity_map: pd.DataFrame,
    scored_pairs: pd.DataFrame,
    review_queue: pd.DataFrame,
    golden_records: pd.DataFrame,
    who: Resolved,
) -> dict[str, Difference]:
    """What has to be written, by table; `golden_records` are those of the entities touched."""
    import pandas as pd

    outdated = {*who.touched, *who.ended} & {*known.entity_map["golden_id"]}
    names = {"left": "left_id", "right": "right_id"}
    pairs = [it.rename(columns=names) for it in (known.scored_pairs, scored_pairs)]
    return {
        "scored_pairs": difference(*pairs, keys=list(names.values())),
        "entity_map": difference(known.entity_map.reset_index(), entity_map, keys=["record_id"]),
        "golden_records": Difference(pd.DataFrame({"golden_id": sorted(outdated)}), golden_records),
        "review_queue": difference(known.review_queue, review_queue, keys=["item"]),
    }
