"""What the panels of the entities show: examples of merges, and the queue; no values of people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlops_assets.platform.markdown import table

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES, ITEMS = 5, 10
NO_MERGE, NO_ITEM = "no golden record of several records was touched", "the queue is empty"


def merge_examples(golden: pd.DataFrame) -> str:
    """A few golden records of several records: where these agree, and why a value survived."""
    several = golden[golden["records"] > 1].head(EXAMPLES)
    rows = [
        (count, *_agreement(json.loads(provenance)))
        for count, provenance in zip(several["records"], several["provenance"], strict=True)
    ]
    return table(["records", "agree on", "differ in"], rows) if rows else NO_MERGE


def by_strength(queue: pd.DataFrame) -> pd.DataFrame:
    """The items of the review queue, those with the most evidence for a match first."""
    return queue.sort_values("match_weight", ascending=False, na_position="last", kind="stable")


def queue_table(queue: pd.DataFrame, model: str, page: str = "") -> str:
    """The strongest items of the review queue; those that are pairs link to `page`.

    Without it, the table says which command explains an item.
    """
    if queue.empty:
        return NO_ITEM
    shown = by_strength(queue).head(ITEMS)
    weights = ["" if it != it else f"{it:+.1f}" for it in shown["match_weight"]]
    rows = zip(shown["item"], shown["kind"], weights, strict=True)
    text = table(["item", "kind", "bits"], rows)
    for item in shown["item"][shown["left_id"].notna()] if page else ():
        text = text.replace(item, f"[{item}][why]")  # each is written once; the address is long
    links = "Each pair links to its evidence. " * bool(page)
    more = f"{len(queue) - ITEMS} more are in the table `review_queue`." * (len(queue) > ITEMS)
    command = f"In a terminal: `mlops-assets explain {model} --item ITEM`"
    address = f"[why]: {page}" * bool(page)
    return "\n\n".join(it for it in (text, (links + more).strip(), command, address) if it)


def _agreement(fields: dict[str, dict]) -> tuple[str, str]:
    """The fields on which all records agree, and the others with their counts and reasons."""
    same = [name for name, it in fields.items() if it["agreeing"] == it["of"]]
    differ = [
        f"{name} ({it['agreeing']} of {it['of']}: {it['why']})"
        for name, it in fields.items()
        if it["agreeing"] != it["of"]
    ]
    return ", ".join(same), "; ".join(differ)
