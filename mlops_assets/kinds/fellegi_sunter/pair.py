"""Explain a pair of records: the weight of each comparison, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.kinds.base import Evidence, ExplainedPair
from mlops_assets.kinds.fellegi_sunter.blocking import make_pairs
from mlops_assets.kinds.fellegi_sunter.cleaning import standardise
from mlops_assets.kinds.fellegi_sunter.comparisons import contradiction
from mlops_assets.kinds.fellegi_sunter.database import database
from mlops_assets.kinds.fellegi_sunter.linking import turn_by_content
from mlops_assets.kinds.fellegi_sunter.samples import fields, words
from mlops_assets.kinds.fellegi_sunter.scoring import score

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel

PRIOR = "before looking"
RARE = 1.0
"""A value at least this many bits rarer (or more common) than average is described as such."""


def explain_pair(model: LinkageModel, features: pd.DataFrame) -> ExplainedPair:
    """The weight of each comparison of two rows, the decision and its reason, as `link` scores it.

    The first weight is the prior: how rare duplicates are. The decision is for this pair alone;
    through other records, the two may still end in one cluster or be kept apart.
    """
    return explain_pairs(model, features, [(0, 1)])[0]


def explain_pairs(
    model: LinkageModel, features: pd.DataFrame, pairs: Sequence[tuple[int, int]]
) -> list[ExplainedPair]:
    """The same of several pairs, by the positions of their rows in `features`.

    A hundred pairs take hardly longer than one.
    """
    with database() as connection:
        standardise(connection, model.plan, features)
        make_pairs(connection, model.plan.rules)
        found = connection.execute("select join_key_l, join_key_r from candidates").fetchall()
        scored = _scored(connection, model, pairs)
    compared = {frozenset(it) for it in found}
    return [
        _explained(model, scored.loc[[place]], frozenset(pair) in compared)
        for place, pair in enumerate(pairs)
    ]


def _explained(model: LinkageModel, scored: pd.DataFrame, compared: bool) -> ExplainedPair:
    match_weight = float(scored["match_weight"].iloc[0])
    evidence = [
        Evidence(field, _in_words(model, field, scored), _weight(scored, field))
        for field in fields(model)
    ]
    prior = match_weight - sum(one.weight for one in evidence)
    decision, reason = _decided(model, match_weight, bool(scored["contradicts"].iloc[0]))
    if not compared:
        reason = f"no blocking rule pairs the two; otherwise it would be {decision}, {reason}"
    return ExplainedPair(
        evidence=[Evidence(PRIOR, "two records are rarely one person", prior), *evidence],
        match_weight=match_weight,
        probability=float(scored["match_probability"].iloc[0]),
        decision=decision if compared else "not compared",
        reason=reason,
    )


def _scored(
    connection: DuckDBPyConnection, model: LinkageModel, pairs: Sequence[tuple[int, int]]
) -> pd.DataFrame:
    """Splink's row of each pair by its place, with whether their ids contradict each other."""
    field = model.plan.unique_id
    conflict = contradiction(f'"{field}_l"', f'"{field}_r"') if field else "false"
    rows = ", ".join(f"('{place}', {one}, {other})" for place, (one, other) in enumerate(pairs))
    connection.execute(
        "create or replace table candidates as "
        f"from (values {rows}) pairs(match_key, join_key_l, join_key_r)"
    )
    turn_by_content(connection, list(model.plan.fields))
    scored = score(connection, model, in_detail=True)
    query = f"select *, coalesce({conflict}, false) as contradicts from {scored}"  # noqa: S608
    found = connection.execute(query).df()
    return found.set_index(found["match_key"].astype(int))


def _weight(scored: pd.DataFrame, field: str) -> float:
    return float(scored[f"mw_{field}"].iloc[0]) + _rarity(scored, field)


def _rarity(scored: pd.DataFrame, field: str) -> float:
    name = f"mw_tf_adj_{field}"
    return float(scored[name].iloc[0]) if name in scored else 0.0


def _in_words(model: LinkageModel, field: str, scored: pd.DataFrame) -> str:
    (level,) = words(model, field, scored[f"gamma_{field}"])
    rarity = _rarity(scored, field)
    if rarity >= RARE:
        return f"{level} (a rare value)"
    return f"{level} (a common value)" if rarity <= -RARE else level


def _decided(model: LinkageModel, weight: float, contradicts: bool) -> tuple[str, str]:
    """The decision that `link` makes for such a pair, and the reason."""
    match, review = model.plan.match_weight, model.plan.review_weight
    if weight < review:
        return "no match", f"below the review threshold of {_bits(review)}"
    if weight < match:
        return "review", f"at least {_bits(review)}, but below {_bits(match)} for a match"
    if contradicts:
        return "review", f"at least {_bits(match)}, but two different valid ids contradict"
    return "match", f"at least {_bits(match)}"


def _bits(weight: float) -> str:
    """`4.25 bits (probability 0.95)`."""
    return f"{weight:.2f} bits (probability {1 / (1 + 2**-weight):.4g})"
