"""Why two records are one person, or are not: the weight of each comparison, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.kinds.fellegi_sunter.blocking import make_pairs
from mlops_assets.kinds.fellegi_sunter.database import database
from mlops_assets.kinds.fellegi_sunter.samples import fields, words
from mlops_assets.kinds.fellegi_sunter.scoring import score
from mlops_assets.kinds.fellegi_sunter.standardising import standardise

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.model import LinkageModel

PRIOR = "before looking"
RARE = 1.0
"""A value this many bits rarer (or more common) than the average one is called so."""
MOST_EXPLAINED = 200_000


def explain_pair(
    model: LinkageModel, one: pd.Series, other: pd.Series
) -> list[tuple[str, str, float]]:
    """Each comparison of two rows of features: its field, what was seen, and its weight in bits.

    The weights, with the first for how rare duplicates are at all, add up to the match weight.
    """
    import pandas as pd

    pair = pd.DataFrame([one, other]).reset_index(drop=True)
    with database() as connection:
        standardise(connection, model.plan, pair)
        connection.execute(
            "create table candidates as select '0' as match_key, 0 as join_key_l, 1 as join_key_r"
        )
        scored = connection.execute(f"from {score(connection, model, in_detail=True)}").df()
    prior = float(
        scored["match_weight"].iloc[0] - sum(_weight(scored, f).iloc[0] for f in fields(model))
    )
    said = [(PRIOR, "two records are rarely one person", prior)]
    for field in fields(model):
        said.append((field, _in_words(model, field, scored), float(_weight(scored, field).iloc[0])))
    return said


def importance(model: LinkageModel, features: pd.DataFrame) -> pd.DataFrame:
    """`feature`, `importance`, `spread`: bits that each comparison moves a candidate pair by.

    The mean absolute weight and its standard deviation over at most 200,000 candidate pairs; 10
    bits make a match a thousand times as likely, or as unlikely.
    """
    import pandas as pd

    with database() as connection:
        standardise(connection, model.plan, features)
        make_pairs(connection, model.plan.rules)
        _few(connection)
        scored = score(connection, model, "few", in_detail=True)
        columns = ", ".join(
            f"mw_{field}{_rarity(connection, scored, field)}" for field in fields(model)
        )
        query = f"select {columns} from {scored}"  # noqa: S608
        weights = connection.execute(query).fetchnumpy()
    table = pd.DataFrame(dict(zip(fields(model), weights.values(), strict=True))).abs()
    told = pd.DataFrame({"importance": table.mean(), "spread": table.std()}).fillna(0.0)
    told = told.rename_axis("feature").reset_index()
    return told.sort_values("importance", ascending=False, ignore_index=True)


def _few(connection: DuckDBPyConnection) -> None:
    connection.execute(
        f"""create table few as from candidates
        order by hash(join_key_l, join_key_r), join_key_l, join_key_r limit {MOST_EXPLAINED}"""
    )


def _rarity(connection: DuckDBPyConnection, scored: str, field: str) -> str:
    columns = [row[0] for row in connection.execute(f"describe {scored}").fetchall()]
    return f" + mw_tf_adj_{field}" if f"mw_tf_adj_{field}" in columns else ""


def _weight(scored: pd.DataFrame, field: str) -> pd.Series:
    rarity = scored.get(f"mw_tf_adj_{field}", 0.0)
    return scored[f"mw_{field}"] + rarity


def _in_words(model: LinkageModel, field: str, scored: pd.DataFrame) -> str:
    (level,) = words(model, field, scored[f"gamma_{field}"])
    rarity = float(scored.get(f"mw_tf_adj_{field}", scored["match_weight"] * 0).iloc[0])
    if rarity >= RARE:
        return f"{level} (a rare value)"
    return f"{level} (a common value)" if rarity <= -RARE else level
