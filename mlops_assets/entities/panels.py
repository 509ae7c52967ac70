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


def queue_table(queue: pd.DataFrame, model: str) -> str:
    """The strongest items of the review queue, and the command that explains one."""
    if queue.empty:
        return NO_ITEM
    shown = queue.sort_values("match_weight", ascending=False, na_position="last").head(ITEMS)
    rows = [
        (item, kind, "" if weight != weight else f"{weight:+.1f}")
        for item, kind, weight in zip(
            shown["item"], shown["kind"], shown["match_weight"], strict=True
        )
    ]
    more = f" {len(queue) - len(rows)} more are in the table `review_queue`."
    command = f"Why: `mlops-assets explain {model} --item ITEM`."
    return table(["item", "kind", "bits"], rows) + f"\n\n{command}" + more * (len(queue) > ITEMS)


def _agreement(fields: dict[str, dict]) -> tuple[str, str]:
    """The fields on which all records agree, and the others with their counts and reasons."""
    same = [name for name, it in fields.items() if it["agreeing"] == it["of"]]
    differ = [
        f"{name} ({it['agreeing']} of {it['of']}: {it['why']})"
        for name, it in fields.items()
        if it["agreeing"] != it["of"]
    ]
    return ", ".join(same), "; ".join(differ)
