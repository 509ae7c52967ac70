"""Precision, recall and F1 of entities: words of one tag in a row, right if all of them are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mlops_assets.tasks.metrics.classification import ratio
from mlops_assets.tasks.metrics.intervals import Estimates, OfWeights, with_intervals
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SPAN = ["text", "first", "last", "tag"]


def entity_metrics(
    texts: pd.Series,
    order: pd.Series,
    actual: pd.Series,
    predicted: pd.Series,
    *,
    other: str,
    seed: int,
) -> dict[str, Metric]:
    """`entity_f1`, `entity_precision` and `entity_recall` of all entities, and F1 of each tag.

    The latter are `entity_f1/<tag>`. 1 is perfect: every entity is found with its exact words and
    tag. All arguments have a row per word; words of a text with successive numbers in `order` stand
    next to each other. Texts are resampled; the support are actual entities.
    """
    import numpy as np
    import pandas as pd

    codes, names = pd.factorize(texts)
    true, found = (_spans(codes, order, tags, other) for tags in (actual, predicted))
    right = true.merge(found, on=SPAN)
    tags = sorted({*true["tag"], *found["tag"]})
    shape = (len(names), len(tags))
    hits, actuals, predictions = (_counts(it, tags, shape) for it in (right, true, found))
    every = np.ones(len(tags))
    formulas: dict[str, tuple[OfWeights, int]] = {
        "entity_f1": (partial(_f1, hits @ every, actuals @ every, predictions @ every), len(true)),
        "entity_precision": (partial(_share, hits @ every, predictions @ every), len(true)),
        "entity_recall": (partial(_share, hits @ every, actuals @ every), len(true)),
    }
    for at, tag in enumerate(tags):
        counts = hits[:, at], actuals[:, at], predictions[:, at]
        formulas[f"entity_f1/{tag}"] = (partial(_f1, *counts), int(actuals[:, at].sum()))
    return with_intervals(Estimates(formulas, len(names)), seed=seed)


def _spans(codes: np.ndarray, order: pd.Series, tags: pd.Series, other: str) -> pd.DataFrame:
    """The entities: their text, first and last place, and tag."""
    import pandas as pd

    table = pd.DataFrame({"text": codes, "place": order.to_numpy(), "tag": tags.to_numpy()})
    table = table.sort_values(["text", "place"], ignore_index=True)
    before = table.shift()
    follows = (table["text"] == before["text"]) & (table["tag"] == before["tag"])
    follows &= table["place"] == before["place"] + 1
    run = (~follows).cumsum()
    kept = table["tag"].astype(str) != other
    spans = (
        table[kept]
        .groupby(run[kept])
        .agg(
            text=("text", "first"),
            first=("place", "first"),
            last=("place", "last"),
            tag=("tag", "first"),
        )
    )
    return spans.astype({"tag": str})


def _counts(spans: pd.DataFrame, tags: list[str], shape: tuple[int, int]) -> np.ndarray:
    """The entities of each text and tag, (texts, tags) float64."""
    import numpy as np

    place = {tag: at for at, tag in enumerate(tags)}
    cells = spans["text"].to_numpy("int64") * shape[1] + spans["tag"].map(place).to_numpy("int64")
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype("float64")


def _f1(
    hits: np.ndarray, actual: np.ndarray, predicted: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    return ratio(2 * (weights @ hits), weights @ (actual + predicted))


def _share(hits: np.ndarray, all_of_them: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return ratio(weights @ hits, weights @ all_of_them)
