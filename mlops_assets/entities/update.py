"""Bring the entities up to date: what came, changed or went, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.entities.difference import Difference, difference
from mlops_assets.entities.golden_ids import GoldenIds, golden_ids
from mlops_assets.entities.known import Known
from mlops_assets.features.row_hash import row_hashes

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Arrivals:
    """The records by name: what became of them, and which are to be compared and which not."""

    new: pd.Index
    changed: pd.Index
    gone: pd.Index
    compared: pd.Index
    known: pd.Index


def record_hashes(features: pd.DataFrame, registered: pd.Series) -> pd.Series:
    """16 hex characters a record that change with any of its values."""
    import pandas as pd

    columns = [*(features[name] for name in features), registered]
    hashes = row_hashes(columns, len(features), exact=True)
    return pd.Series([f"{it:016x}" for it in hashes.tolist()], features.index, dtype=object)


def arrivals(before: pd.Series, now: pd.Series, *, compare_all: bool) -> Arrivals:
    """What came, changed and went; both are the records' hashes, by record.

    The new and the changed ones are compared, or all.
    """
    there = now.index.isin(before.index)
    same = now.to_numpy() == before.reindex(now.index).to_numpy()
    known = there & same & (not compare_all)
    return Arrivals(
        new=now.index[~there],
        changed=now.index[there & ~same],
        gone=before.index[~before.index.isin(now.index)],
        compared=now.index[~known],
        known=now.index[known],
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


def entity_map(who: Resolved, hashes: pd.Series, before: pd.DataFrame, day: date) -> pd.DataFrame:
    """The new `entity_map`: a record has its golden id since `day`, or for as long as it had it.

    Records that are gone stay in it, with the day they left, so that they have the same id should
    they return: the source may have been half loaded.
    """
    import pandas as pd

    ids, today = who.golden.ids, pd.Timestamp(day)
    old = before.reindex(ids.index)
    since = old["since"].where(old["golden_id"] == ids, today)
    facts = {"golden_id": ids, "record_hash": hashes, "since": since, "gone_on": pd.NaT}
    gone = before[~before.index.isin(ids.index)]
    gone = gone.assign(
        golden_id=gone["golden_id"].replace(who.golden.successors()),
        gone_on=gone["gone_on"].fillna(today),
    )
    table = pd.concat([pd.DataFrame(facts), gone]) if len(gone) else pd.DataFrame(facts)
    dates = dict.fromkeys(("since", "gone_on"), "datetime64[ns]")
    return table.astype(dates).rename_axis("record_id").reset_index()


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

    outdated = {*who.touched, *who.ended} & {*known.present["golden_id"]}
    names = {"left": "left_id", "right": "right_id"}
    pairs = [it.rename(columns=names) for it in (known.scored_pairs, scored_pairs)]
    return {
        "scored_pairs": difference(*pairs, keys=list(names.values())),
        "entity_map": difference(known.entity_map.reset_index(), entity_map, keys=["record_id"]),
        "golden_records": Difference(pd.DataFrame({"golden_id": sorted(outdated)}), golden_records),
        "review_queue": difference(known.review_queue, review_queue, keys=["item"]),
    }
