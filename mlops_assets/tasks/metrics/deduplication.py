"""Metrics of clusters against the true entities, over all pairs in time linear in the rows.

Each entity contributes its own counts, so that a bootstrap can resample entities and keep the
records of each together. Metrics map weights (resamples, entities) to values (resamples,).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import nan
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.tasks.metrics.classification import ratio
from mlops_assets.tasks.metrics.intervals import Estimates, OfWeights

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class Contributions:
    """What each true entity contributes to the sums; every array has shape (entities,).

    A wrongly matched pair counts half for each of its two entities.
    """

    true_pairs: np.ndarray
    predicted_pairs: np.ndarray
    right_pairs: np.ndarray
    found_pairs: np.ndarray | None
    """True pairs among the candidates; None if the candidates are unknown."""
    rows: np.ndarray
    row_precision: np.ndarray
    """Sum over the entity's rows of the share of their cluster that is the same entity."""
    row_recall: np.ndarray
    """Sum over the entity's rows of the share of the entity that is in their cluster."""


def contributions(
    ground_truth: object, clusters: object, candidates: tuple[np.ndarray, np.ndarray] | None = None
) -> Contributions:
    """Compute the contributions of every entity from the entity and cluster label of each row.

    `candidates` are positions (left, right) of the compared pairs, each pair once. Raises
    `InputError` if there are no rows, the lengths differ or a label is missing.
    """
    import numpy as np
    import pandas as pd

    entity, entities = pd.factorize(np.asarray(ground_truth))
    cluster, names = pd.factorize(np.asarray(clusters))
    _require_labels(entity, cluster)
    cells, sizes = np.unique(entity * len(names) + cluster, return_counts=True)
    of_entity, of_cluster = np.divmod(cells, len(names))
    per_entity, per_cluster = np.bincount(entity), np.bincount(cluster)

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(of_entity, weights=values, minlength=len(entities))

    right = sizes * (sizes - 1) / 2
    return Contributions(
        true_pairs=per_entity * (per_entity - 1) / 2,
        predicted_pairs=total(right + sizes * (per_cluster[of_cluster] - sizes) / 2),
        right_pairs=total(right),
        found_pairs=None if candidates is None else _found(entity, candidates, len(entities)),
        rows=per_entity.astype("float64"),
        row_precision=total(sizes**2 / per_cluster[of_cluster]),
        row_recall=total(sizes**2 / per_entity[of_entity]),
    )


def f1_score(o: Contributions, weights: np.ndarray) -> np.ndarray:
    """Harmonic mean of precision and recall, 2 TP / (predicted + true): 1 is perfect."""
    both = weights @ o.predicted_pairs + weights @ o.true_pairs
    return ratio(2 * (weights @ o.right_pairs), both)


def precision(o: Contributions, weights: np.ndarray) -> np.ndarray:
    """Share of the matched pairs that are true pairs: 1 is perfect; undefined without any."""
    return ratio(weights @ o.right_pairs, weights @ o.predicted_pairs)


def recall(o: Contributions, weights: np.ndarray) -> np.ndarray:
    """Share of all true pairs that were matched, including pairs never compared: 1 is perfect."""
    return ratio(weights @ o.right_pairs, weights @ o.true_pairs)


def bcubed_precision(o: Contributions, weights: np.ndarray) -> np.ndarray:
    """Mean over rows of the share of their cluster that is the same entity (Bagga, 1998)."""
    return ratio(weights @ o.row_precision, weights @ o.rows)


def bcubed_recall(o: Contributions, weights: np.ndarray) -> np.ndarray:
    """Mean over rows of the share of their entity that is in their cluster (Bagga, 1998)."""
    return ratio(weights @ o.row_recall, weights @ o.rows)


def blocking_recall(o: Contributions, weights: np.ndarray) -> np.ndarray:
    """Share of all true pairs that were compared: the limit of recall, but for transitive links."""
    found = o.true_pairs * float("nan") if o.found_pairs is None else o.found_pairs
    return ratio(weights @ found, weights @ o.true_pairs)


FORMULAS: Mapping[str, Callable[[Contributions, np.ndarray], np.ndarray]] = {
    formula.__name__: formula
    for formula in (f1_score, precision, recall, blocking_recall, bcubed_precision, bcubed_recall)
}


def formulas(o: Contributions) -> dict[str, OfWeights]:
    """Every metric as a function of entity weights, the headline metric first."""
    return {
        name: partial(formula, o)
        for name, formula in FORMULAS.items()
        if name != "blocking_recall" or o.found_pairs is not None
    }


def support(name: str, o: Contributions) -> int:
    """The number of rows, matched pairs or true pairs that `name` is based on."""
    if name.startswith("bcubed"):
        return int(o.rows.sum())
    return int((o.predicted_pairs if name == "precision" else o.true_pairs).sum())


def estimates(
    ground_truth: object, clusters: object, candidates: tuple[np.ndarray, np.ndarray] | None = None
) -> Estimates:
    """Every metric of clusters against the true entity of each row; entities are resampled.

    `candidates` (positions of the compared pairs) adds `blocking_recall`. Raises `InputError` if a
    label is missing.
    """
    o = contributions(ground_truth, clusters, candidates)
    found = {name: (formula, support(name, o)) for name, formula in formulas(o).items()}
    return Estimates(found, len(o.rows))


def summary(decisions: pd.DataFrame) -> dict[str, float]:
    """Counts and shares of a table of decisions, one row per record; shares of no rows are NaN.

    `match_rate` is the share of records in a cluster with others, `review_share` the share of
    records that need a manual review.
    """
    sizes = decisions.groupby("prediction").size()
    rows = len(decisions)
    return {
        "match_pairs": int((sizes * (sizes - 1) // 2).sum()),
        "match_rate": float((decisions["cluster_size"] > 1).mean()) if rows else nan,
        "review_share": float((decisions["decision"] == "review").mean()) if rows else nan,
        "clusters": len(sizes),
        "largest_cluster": int(sizes.max()) if rows else 0,
    }


def grouped_otherwise(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Which rows share their group with different rows than before, (n,) bool."""
    import pandas as pd

    groups = pd.DataFrame({"before": before, "after": after, "rows": 1})
    by = (["before"], ["after"], ["before", "after"])
    old, new, shared = (groups.groupby(it)["rows"].transform("size") for it in by)
    return ((old != shared) | (new != shared)).to_numpy()


def _found(
    entity: np.ndarray, candidates: tuple[np.ndarray, np.ndarray], entities: int
) -> np.ndarray:
    import numpy as np

    left, right = (entity[np.asarray(side)] for side in candidates)
    return np.bincount(left[left == right], minlength=entities).astype("float64")


def _require_labels(entity: np.ndarray, cluster: np.ndarray) -> None:
    if len(entity) == 0 or len(entity) != len(cluster) or min(entity.min(), cluster.min()) < 0:
        raise InputError(
            seen=f"{len(entity)} true entities and {len(cluster)} clusters, or one that is missing",
            expected="at least one row, with a true entity and a cluster for each",
            todo="leave out the rows whose entity is unknown",
        )
