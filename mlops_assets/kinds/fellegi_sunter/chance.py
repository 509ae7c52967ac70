"""Estimate how often two records agree by chance (u), from random pairs."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from mlops_assets.kinds.fellegi_sunter.database import linker

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def with_chance(
    connection: DuckDBPyConnection, settings: dict[str, Any], random_pairs: int, seed: int
) -> dict[str, Any]:
    """Splink's settings with u, the probability of each level for two random records.

    A level that no random pair reached gets no u. Splink estimates the comparisons sequentially,
    and DuckDB uses one processor for so few records, so here they run in parallel.
    """

    def estimate(comparison: dict[str, Any]) -> dict[str, Any]:
        with connection.cursor() as own:
            ready = linker(own, "records", settings | {"comparisons": [comparison]})
            ready.training.estimate_u_using_random_sampling(
                random_pairs, seed=seed, min_count_per_level=None, num_chunks=1
            )
            (estimated,) = ready.misc.save_model_to_json()["comparisons"]
        return estimated

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return settings | {"comparisons": list(pool.map(estimate, settings["comparisons"]))}
