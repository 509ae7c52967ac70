"""Estimate the match weights of a linkage model, unsupervised."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Summary
from mlops_assets.kinds.fellegi_sunter.blocking import (
    condition,
    name,
    require_few_pairs,
)
from mlops_assets.kinds.fellegi_sunter.chance import with_chance
from mlops_assets.kinds.fellegi_sunter.cleaning import standardise
from mlops_assets.kinds.fellegi_sunter.comparisons import comparisons
from mlops_assets.kinds.fellegi_sunter.copies import no_copies
from mlops_assets.kinds.fellegi_sunter.database import database, linker
from mlops_assets.kinds.fellegi_sunter.em_blocks import EmBlocks, em_blocks
from mlops_assets.kinds.fellegi_sunter.from_data import with_rules, with_shapes
from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel
from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.kinds.fellegi_sunter.plan import ROW, Plan, make_plan
from mlops_assets.kinds.fellegi_sunter.purity import Block
from mlops_assets.kinds.fellegi_sunter.samples import training_samples
from mlops_assets.kinds.fellegi_sunter.sanity import claims
from mlops_assets.kinds.fellegi_sunter.single_fields import single_fields

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from splink import Linker

DETERMINISTIC_RECALL = 0.8
"""Assumed share of duplicates that agree exactly on an EM block; it hardly affects the prior."""
MOST_EM_PAIRS = 5_000_000


def fit(params: Params, dataset: Dataset, *, seed: int) -> tuple[LinkageModel, Summary]:
    """Fit on all rows; the same rows, in any order, and the same seed give the same model.

    u (agreement by chance) is estimated on random pairs, m (agreement of duplicates) by expectation
    maximisation on blocks where most pairs are duplicates. The prior is for a table of this size.
    Fellegi and Sunter (1969); Enamorado, Fifield and Imai (2019). Raises `InputError`.
    """
    started, features = time.perf_counter(), dataset.features
    with database() as connection:
        plan = make_plan(params, dataset.columns)
        standardise(connection, plan, features, table="unordered")
        _order_by_content(connection, plan)
        plan, counts = with_rules(connection, with_shapes(connection, plan), len(features))
        field_claims = [
            single_fields(connection, plan, params.blocking_fields),
            no_copies(connection, plan),
        ]
        require_few_pairs(plan.rules, counts, plan.max_candidate_pairs, len(features))
        blocks = em_blocks(connection, plan, len(features))
        pairs = sum(blocks.pairs.values())
        untrained = with_chance(connection, _untrained(plan), params.random_pairs, seed)
        ready = linker(connection, "records", untrained)
        iterations = _train(ready, blocks)
        settings = _settings(ready, pairs, params.random_pairs)
        model = LinkageModel(plan, settings, _frequencies(ready, plan), len(features), pairs)
        samples = training_samples(connection, model, [list(it) for it in blocks.pairs])
    checked = [*claims(model), *field_claims]
    metrics = {
        "train_pairs": float(pairs),
        "train_em_iterations": float(iterations),
        "train_prior": model.settings["probability_two_random_records_match"],
        "train_fit_seconds": time.perf_counter() - started,
        **{f"train_{claim.name}": float(claim.passed) for claim in checked},
    }
    recorded = _params(params, plan, len(features), seed)
    return model, Summary(recorded, metrics, claims=checked, samples=samples)


def _order_by_content(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Number the records by content, so that their original order has no effect."""
    fields = ", ".join(f'"{name}"' for name in plan.fields)
    place = f"row_number() over (order by {fields}) - 1"
    connection.execute(
        f"create table records as select * replace ({place} as {ROW}) from unordered"  # noqa: S608
    )
    connection.execute("drop table unordered")


def _untrained(plan: Plan) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": ROW,
        "comparisons": comparisons(plan),
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": condition(rule)} for rule in plan.rules
        ],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "linker_uid": "mlopsassets",
    }


def _train(ready: Linker, blocks: EmBlocks) -> int:
    """Estimate the prior, then m on each block; return the total number of iterations."""
    training = ready.training
    _estimate_prior(ready, blocks.certain)
    sessions = [
        training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=MOST_EM_PAIRS)
        for rule in (condition(list(block)) for block in blocks.pairs)
    ]
    return sum(len(session._core_model_settings_history) - 1 for session in sessions)


def _estimate_prior(ready: Linker, certain: list[Block]) -> None:
    rules = [condition(list(block)) for block in certain]
    try:
        ready.training.estimate_probability_two_random_records_match(
            [*rules], recall=DETERMINISTIC_RECALL
        )
    except ValueError as error:  # more than this share of all pairs
        agreed = "; ".join(name(list(block)) for block in certain)
        raise InputError(
            seen=f"nearly all pairs of records agree on {agreed}",
            expected="records of many people, of whom some are there twice",
            todo="provide more records, or add what stands for a missing value to `defaults`",
        ) from error


def _settings(ready: Linker, duplicates: int, random_pairs: int) -> dict[str, Any]:
    """Splink's settings, with at least half a pair counted for each level of a trained comparison.

    Otherwise, a level that no duplicate reached would outweigh all agreement. Splink also drops a
    level that no pair reached, and scores it with a different default after loading the model.
    """
    settings = ready.misc.save_model_to_json()
    least = {"m_probability": 0.5 / duplicates, "u_probability": 0.5 / random_pairs}
    for comparison in settings["comparisons"]:
        levels = [
            level for level in comparison["comparison_levels"] if not level.get("is_null_level")
        ]
        _require_learned(comparison["output_column_name"], levels)
        for level in levels:
            for which, low in least.items():
                level[which] = _rounded(max(level.get(which, 0.0), low))
    return settings


def _require_learned(field: str, levels: list[dict[str, Any]]) -> None:
    if not any("m_probability" in level for level in levels):
        raise InputError(
            seen=f"{field} is missing in every pair of records that {field} could be learned on",
            expected=f"duplicates that both have {field}",
            todo=f"leave {field} out of `columns`, or provide records that have it",
        )


def _rounded(probability: float) -> float:
    """Round to six digits: parallel sums vary in their order, so the last digits are random."""
    return float(f"{probability:.6g}")


def _frequencies(ready: Linker, plan: Plan) -> dict[str, Any]:
    """Frequency of each value, by field; sorted, so that the same rows give the same file."""
    fields = [column.unquote().name for column in ready._settings_obj._term_frequency_columns]
    tables = {name: ready.table_management.compute_tf_table(name) for name in fields}
    return {name: table.as_pyarrow_table().sort_by(name) for name, table in tables.items()}


def _params(params: Params, plan: Plan, rows: int, seed: int) -> dict[str, Any]:
    kept = params.model_dump(exclude={"blocking_fields", "defaults"})
    resolved = {
        "blocking_fields": plan.rules,
        "household": plan.household,
        "others": plan.others,
        "match_weight": round(plan.match_weight, 4),
    }
    return kept | resolved | {"seed": seed, "rows": rows, "features": len(plan.fields)}
