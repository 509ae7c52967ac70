"""Entity resolution of a table of records: compare only new and changed records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.entities.difference import Difference
from mlops_assets.entities.entity_state import EntityState
from mlops_assets.entities.golden_ids import MEANING as CHANGES
from mlops_assets.entities.golden_records import golden_records
from mlops_assets.entities.review_queue import MEANING as KINDS
from mlops_assets.entities.review_queue import review_queue
from mlops_assets.entities.text_quality import in_any_position
from mlops_assets.entities.update import (
    Arrivals,
    Resolved,
    arrivals,
    differences,
    entity_map,
    pairs_among,
    record_hashes,
    resolve,
    waiting_since,
)
from mlops_assets.kinds.fellegi_sunter.cleaning import cleaned
from mlops_assets.kinds.fellegi_sunter.linking import Linked, link

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel


@dataclass(frozen=True)
class EntityUpdate:
    """The result of an update: new tables, and the differences to write."""

    arrived: Arrivals
    linked: Linked
    resolved: Resolved
    scored_pairs: pd.DataFrame
    entity_map: pd.DataFrame
    golden_records: pd.DataFrame
    """Golden records of the touched entities."""
    review_queue: pd.DataFrame
    differences: dict[str, Difference]

    def metrics(self) -> dict[str, dict[str, int]]:
        """Counts of the update, by table."""
        kinds = self.review_queue["kind"].value_counts()
        changes = self.resolved.golden.changes["change"].value_counts()
        ids = self.resolved.golden.ids
        return {
            "scored_pairs": {
                "records_new": len(self.arrived.new),
                "records_changed": len(self.arrived.changed),
                "records_gone": len(self.arrived.gone),
                "records_compared": len(self.arrived.compared),
                "pairs_compared": sum(self.linked.rules.values()),
                "pairs": len(self.scored_pairs),
            },
            "entity_map": {
                "records": len(ids),
                "entities": ids.nunique(),
                **{change: int(changes.get(change, 0)) for change in CHANGES},
            },
            "golden_records": {
                "touched": len(self.golden_records),
                "of_several_records": int((self.golden_records["records"] > 1).sum()),
            },
            "review_queue": {
                "items": len(self.review_queue),
                **{kind.replace(" ", "_"): int(kinds.get(kind, 0)) for kind in KINDS},
            },
        }


def update_entities(
    model: LinkageModel,
    features: pd.DataFrame,
    registered: pd.Series,
    known: EntityState,
    *,
    made_by: tuple[str, str],
    day: date,
    most_records: int,
) -> EntityUpdate:
    """Compare the new and changed records of `features` with all records, and resolve entities.

    `features` are all records, typed and indexed by record; `registered` is the day of each.
    The clusters are the same as when everything is compared. `made_by` is the model and the code
    version; if `known` was written by another, everything is compared, but golden ids still stay.
    Entities of more than `most_records` go to review. Raises `InputError` if the blocking rules
    create too many pairs.
    """
    hashes = record_hashes(features, registered)
    compare_all = known.made_by != made_by
    arrived = arrivals(known.present["record_hash"], hashes, compare_all=compare_all)
    pairs = pairs_among(known.scored_pairs, arrived.known)
    linked = link(model, features.loc[arrived.compared], features.loc[arrived.known], pairs)
    clusters = linked.clusters.loc[features.index]
    before = known.golden_ids(features.index)
    resolved = resolve(before, clusters, arrived.compared, used=known.used)
    ids, plan = resolved.golden.ids, model.plan
    pairs = linked.named_pairs(plan.review_weight)
    queue = review_queue(pairs, ids, match_weight=plan.match_weight, most_records=most_records)
    after = {
        "scored_pairs": pairs,
        "entity_map": entity_map(resolved, hashes, known.entity_map, day),
        "golden_records": _golden(model, features, registered, resolved.members()),
        "review_queue": waiting_since(queue, known.review_queue, day),
    }
    return EntityUpdate(
        arrived,
        linked,
        resolved,
        **after,
        differences=differences(known, **after, resolved=resolved),
    )


def _golden(
    model: LinkageModel, features: pd.DataFrame, registered: pd.Series, members: pd.Series
) -> pd.DataFrame:
    some = features.loc[members.index]
    return golden_records(
        members,
        some,
        cleaned(model.plan, some),
        registered.loc[members.index],
        frequencies=_frequencies(model),
        newest=[name for name in model.plan.household if name != model.plan.person_id],
    )


def _frequencies(model: LinkageModel) -> dict[str, pd.Series]:
    """Frequencies of names, by field; for name parts, the frequencies of words of full names."""
    name, parts = model.plan.name, model.plan.names
    if name is None:
        return {}
    whole = model.frequencies[name].to_pandas().set_index(name)[f"tf_{name}"]
    return {name: whole} if parts == [name] else dict.fromkeys(parts, in_any_position(whole))
