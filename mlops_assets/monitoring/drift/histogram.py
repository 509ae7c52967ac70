"""Histogram of a numeric column, for a reference or a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

if TYPE_CHECKING:
    import numpy as np

MAX_EDGES = 1_000
"""Half of the edges are evenly spaced in value, the others in rank, densest in the tails."""

Numbers = tuple[float, ...]


class Histogram(BaseModel, extra="forbid", frozen=True):
    """Counts in len(edges) + 1 cells, including one below the first and one above the last edge.

    `excess` is each cell's sum of distances from its left edge (in the first cell, downwards from
    edges[0]). It makes areas under the distribution function exact for cells of any width, and
    for values outside the edges.
    """

    kind: Literal["histogram"] = "histogram"
    missing: int
    edges: Numbers
    counts: tuple[int, ...]
    excess: Numbers
    mean: float
    squares: float
    """Sum of squared distances from the mean."""
    low: float | None
    high: float | None

    @property
    def known(self) -> int:
        """The number of values that are not missing."""
        return sum(self.counts)

    @property
    def deviation(self) -> float:
        """Standard deviation of the known values; 0 if there are none."""
        return (self.squares / self.known) ** 0.5 if self.known else 0.0

    def merged(self, other: Histogram) -> Histogram:
        """The values of both histograms together; their edges must be the same."""
        if not other.known or not self.known:
            filled = self if self.known else other
            return filled.model_copy(update={"missing": self.missing + other.missing})
        rows, apart = self.known + other.known, other.mean - self.mean
        return Histogram(
            missing=self.missing + other.missing,
            edges=self.edges,
            counts=tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)),
            excess=tuple(a + b for a, b in zip(self.excess, other.excess, strict=True)),
            mean=self.mean + apart * other.known / rows,
            # Chan, Golub and LeVeque (1979): no cancellation, whatever the sizes.
            squares=self.squares + other.squares + apart**2 * self.known * other.known / rows,
            low=min(x for x in (self.low, other.low) if x is not None),
            high=max(x for x in (self.high, other.high) if x is not None),
        )


def histogram(values: np.ndarray, edges: Numbers | None = None) -> Histogram:
    """Histogram of `values` (float64, NaN if missing); without `edges`, they are chosen."""
    import numpy as np

    present = np.sort(values[~np.isnan(values)])
    edges = edges or choose_edges(present)
    at = np.asarray(edges)
    cuts = np.concatenate([[0], np.searchsorted(present, at), [len(present)]])
    counts = np.diff(cuts)
    sums = np.diff(np.concatenate([[0.0], np.cumsum(present - at[0])])[cuts])
    excess = sums - counts * (np.concatenate([at[:1], at]) - at[0])
    excess[0] = -excess[0]
    mean = float(present.mean()) if len(present) else 0.0
    return Histogram(
        missing=len(values) - len(present),
        edges=edges,
        counts=tuple(counts.tolist()),
        # Clipped, because rounding can make it negative if all values are on the cell's edge.
        excess=tuple(excess.clip(0).tolist()),
        mean=mean,
        squares=float(np.square(present - mean).sum()),
        low=float(present[0]) if len(present) else None,
        high=float(present[-1]) if len(present) else None,
    )


def choose_edges(ordered: np.ndarray) -> Numbers:
    """At most `MAX_EDGES` edges for sorted values, including the lowest and the highest.

    If there are few distinct values, each is an edge, and further edges divide the gaps. Otherwise,
    edges are dense in the tails and thin out towards the middle, because two distribution functions
    could cross unnoticed within a cell that is both wide and full.
    """
    import numpy as np

    if len(ordered) == 0:
        return (0.0,)
    distinct = ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])]
    if len(distinct) == 1:
        return (float(distinct[0]), float(np.nextafter(distinct[0], np.inf)))
    ranked = distinct if len(distinct) <= MAX_EDGES else ordered[_ranks(len(ordered))]
    even = np.linspace(ordered[0], ordered[-1], MAX_EDGES - len(ranked) + 2)
    return tuple(np.unique(np.concatenate([ranked, even])).tolist())


def _ranks(rows: int) -> np.ndarray:
    import numpy as np

    tail = np.unique(np.geomspace(1, rows / 2, MAX_EDGES // 10).astype(int)) - 1
    body = np.linspace(0, rows - 1, 3 * MAX_EDGES // 10).astype(int)
    return np.unique(np.concatenate([tail, body, rows - 1 - tail]))


def positions(counted: Histogram) -> tuple[np.ndarray, np.ndarray]:
    """The mean value of each non-empty cell, and its share of the known values."""
    import numpy as np

    edges, counts = np.asarray(counted.edges), np.asarray(counted.counts)
    inward = np.asarray(counted.excess) / np.maximum(counts, 1)
    inward[0] = -inward[0]
    filled = counts > 0
    centres = np.concatenate([edges[:1], edges]) + inward
    return centres[filled], counts[filled] / max(counted.known, 1)
