"""The page that explains the pairs of the review queue; it shows no value of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.entities.panels import by_strength
from mlops_assets.platform.templates import render

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.kinds.base import ExplainedPair
    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel

MOST = 100


@dataclass(frozen=True)
class ExplainedItem:
    """An item of the queue that is a pair, and the evidence of each field."""

    item: str
    kind: str
    why: str
    explained: ExplainedPair


def queue_page(
    queue: pd.DataFrame, features: pd.DataFrame, model: LinkageModel, *, name: str, version: str
) -> str:
    """HTML with the evidence for the 100 strongest pairs, in the order of the panel.

    `features` has the typed rows, by record; a pair of which it lacks one is left out.
    """
    items = explained_items(queue, features, model)
    told = {"model": name, "version": version, "count": len(queue)}
    return render("mlops_assets.entities", "review_queue.html.j2", items=items, **told)


def explained_items(
    queue: pd.DataFrame, features: pd.DataFrame, model: LinkageModel
) -> list[ExplainedItem]:
    """The strongest pairs of the queue, explained by the model that found them."""
    from mlops_assets.kinds.fellegi_sunter.pair import explain_pairs

    sides = [queue[side].isin(features.index) for side in ("left_id", "right_id")]
    shown = by_strength(queue[sides[0] & sides[1]]).head(MOST)
    if shown.empty:
        return []
    ids = [*dict.fromkeys([*shown["left_id"], *shown["right_id"]])]
    places = {record: place for place, record in enumerate(ids)}
    pairs = [
        (places[left], places[right])
        for left, right in zip(shown["left_id"], shown["right_id"], strict=True)
    ]
    explained = explain_pairs(model, features.loc[ids], pairs)
    about = zip(shown["item"], shown["kind"], shown["why"], explained, strict=True)
    return [ExplainedItem(*it) for it in about]
