"""Learn which words are skills: asked for on the right, they matter when they are on the left."""

from __future__ import annotations

import numpy as np

from mlops_assets.kinds.text_match.sides import Sides

ROWS = 50_000
"""More rows would change few skills."""
LEAST_ROWS, LEAST_Z, MOST = 30, 3.0, 300


def learned_skills(sides: Sides, relevance: np.ndarray) -> np.ndarray:
    """The places of at most 300 words, the clearest first; empty if there are none.

    Of the rows whose right text has a word, those whose left text has it too must be more relevant
    by three standard errors of the difference, with at least 30 rows of both sorts. `sides` has 1
    where a text has a word, else 0.
    """
    rows = np.unique(np.linspace(0, len(relevance) - 1, min(len(relevance), ROWS)).astype(int))
    y = relevance[rows]
    asked = sides.matrix[sides.right[rows]]
    both = sides.products(rows)
    n_asked, n_both = (np.asarray(it.sum(axis=0)).ravel() for it in (asked, both))
    sum_asked, sum_both = asked.T @ y, both.T @ y
    n_lacking = n_asked - n_both
    enough = (n_both >= LEAST_ROWS) & (n_lacking >= LEAST_ROWS)
    n_both, n_lacking = np.where(enough, n_both, 1), np.where(enough, n_lacking, 1)
    gain = sum_both / n_both - (sum_asked - sum_both) / n_lacking
    z = np.where(enough, gain / np.sqrt(y.var() * (1 / n_both + 1 / n_lacking) + 1e-12), 0.0)
    order = np.argsort(-z, kind="stable")[:MOST]
    return order[z[order] >= LEAST_Z]
