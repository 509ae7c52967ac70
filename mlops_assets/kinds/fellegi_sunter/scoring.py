"""Score the candidate pairs of a database with a trained model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_assets.kinds.fellegi_sunter.database import trained_linker

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel


def score(
    connection: DuckDBPyConnection,
    model: LinkageModel,
    candidates: str = "candidates",
    *,
    in_detail: bool = False,
) -> str:
    """Score every pair in the table `candidates`; return the name of Splink's result table.

    It has `match_weight`, `match_probability` and `match_key`. With `in_detail` it also has the
    level of each comparison (`gamma_…`: -1 missing, 0 different) and its weight (`mw_…`, plus
    `mw_tf_adj_…` for the rarity of the value), which takes several times the memory.
    """
    kept = ("retain_matching_columns", "retain_intermediate_calculation_columns")
    settings = model.settings | dict.fromkeys(kept, in_detail)
    ready = trained_linker(connection, "records", replace(model, settings=settings))
    pairs = ready._db_api.register(candidates)
    ready.table_management.register_blocked_pairs_for_predict(pairs)
    return ready.inference.predict(warning_mode="never").physical_name
