"""The steps of an entity update: find new, changed and removed records, and apply the effects."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.entities.difference import Difference, difference
from mlops_assets.entities.entity_state import EntityState
from mlops_assets.entities.golden_ids import GoldenIds, golden_ids
from mlops_assets.features.row_hash import row_hashes

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Arrivals:
    """Names of records: new, changed and gone ones, and which to compare or leave as known."""

    new: pd.Index
    changed: pd.Index
    gone: pd.Index
    compared: pd.Index
    known: pd.Index


def record_hashes(features: pd.DataFrame, registered: pd.Series) -> pd.Series:
    """A hash of 16 hex characters per record, over all of its values."""
    import pandas as pd

    columns = [*(features[name] for name in features), registered]
    hashes = row_hashes(columns, len(features), exact=True)
    return pd.Series([f"{it:016x}" for it in hashes.tolist()], features.index, dtype=object)


def arrivals(before: pd.Series, now: pd.Series, *, compare_all: bool) -> Arrivals:
    """Find new, changed and gone records from their hashes, by record.

    New and changed records are compared, or all with `compare_all`.
    """
    existed = now.index.isin(before.index)
    same = now.to_numpy() == before.reindex(now.index).to_numpy()
    known = existed & same & (not compare_all)
    return Arrivals(
        new=now.index[~existed],
        changed=now.index[existed & ~same],
        gone=before.index[~before.index.isin(now.index)],
        compared=now.index[~known],
        known=now.index[known],
    )


def pairs_among(pairs: pd.DataFrame, records: pd.Index) -> pd.DataFrame:
    """The pairs whose records are both in `records`."""
    return pairs[pairs["left"].isin(records) & pairs["right"].isin(records)]


@dataclass(frozen=True)
class Resolved:
    """The golden ids after an update, and those affected by it.

    Only the golden records of `touched` ids can have changed, because their records are different
    or have different values. `ended` ids are no longer used.
    """

    golden: GoldenIds
    touched: frozenset[str]
    ended: frozenset[str]

    def members(self) -> pd.Series:
        """The golden id of every record of the touched entities."""
        return self.golden.ids[self.golden.ids.isin(self.touched)]


def resolve(
    before: pd.Series, clusters: pd.Series, compared: pd.Index, *, used: Collection[str]
) -> Resolved:
    """Golden ids for `clusters`, given those `before`; `compared` are new or changed records."""
    golden = golden_ids(before, clusters, used=used)
    now = golden.ids
    was = before.reindex(now.index)
    moved = now.index[(was != now).to_numpy()]
    left = {*was.loc[moved].dropna(), *before[~before.index.isin(now.index)]}
    alive = {*now}
    concerned = {*now.loc[moved], *now.loc[compared], *left}
    return Resolved(golden, frozenset(concerned & alive), frozenset(left - alive))


def entity_map(
    resolved: Resolved, hashes: pd.Series, before: pd.DataFrame, day: date
) -> pd.DataFrame:
    """The new `entity_map`; `since` is `day` for records whose golden id is new.

    Records that are gone stay in it with the day they disappeared, so that they get the same id if
    they return, for example because the source was only half loaded.
    """
    import pandas as pd

    ids, today = resolved.golden.ids, pd.Timestamp(day)
    old = before.reindex(ids.index)
    since = old["since"].where(old["golden_id"] == ids, today)
    facts = {"golden_id": ids, "record_hash": hashes, "since": since, "gone_on": pd.NaT}
    gone = before[~before.index.isin(ids.index)]
    gone = gone.assign(
        golden_id=gone["golden_id"].replace(resolved.golden.successors()),
        gone_on=gone["gone_on"].fillna(today),
    )
    table = pd.concat([pd.DataFrame(facts), gone]) if len(gone) else pd.DataFrame(facts)
    dates = dict.fromkeys(("since", "gone_on"), "datetime64[ns]")
    return table.astype(dates).rename_axis("record_id").reset_index()


def waiting_since(review: pd.DataFrame, before: pd.DataFrame, day: date) -> pd.DataFrame:
    """The review queue with the day on which each item was added."""
    import pandas as pd

    since = review["item"].map(before.set_index("item")["since"])
    return review.assign(since=pd.to_datetime(since).fillna(pd.Timestamp(day)))


def differences(
    known: EntityState,
    entity_map: pd.DataFrame,
    scored_pairs: pd.DataFrame,
    review_queue: pd.DataFrame,
    golden_records: pd.DataFrame,
    resolved: Resolved,
) -> dict[str, Difference]:
    """The rows to write, by table; `golden_records` are those of the touched entities."""
    import pandas as pd

    outdated = {*resolved.touched, *resolved.ended} & {*known.present["golden_id"]}
    names = {"left": "left_id", "right": "right_id"}
    pairs = [it.rename(columns=names) for it in (known.scored_pairs, scored_pairs)]
    return {
        "scored_pairs": difference(*pairs, keys=list(names.values())),
        "entity_map": difference(known.entity_map.reset_index(), entity_map, keys=["record_id"]),
        "golden_records": Difference(pd.DataFrame({"golden_id": sorted(outdated)}), golden_records),
        "review_queue": difference(known.review_queue, review_queue, keys=["item"]),
    }
