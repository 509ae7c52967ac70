"""How much each comparison of a linkage model moves the match weight, of all pairs and of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.kinds.fellegi_sunter.blocking import make_pairs, take_few
from mlops_assets.kinds.fellegi_sunter.cleaning import standardise
from mlops_assets.kinds.fellegi_sunter.database import database
from mlops_assets.kinds.fellegi_sunter.pair import explain_pair
from mlops_assets.kinds.fellegi_sunter.samples import fields
from mlops_assets.kinds.fellegi_sunter.scoring import score

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel
    from mlops_assets.kinds.fellegi_sunter.linking import Linked

MOST_EXPLAINED = 200_000


def importance(model: LinkageModel, features: pd.DataFrame) -> pd.DataFrame:
    """`feature`, `importance`, `spread`: the contribution of each comparison, in bits.

    The mean absolute weight and its standard deviation over at most 200,000 candidate pairs; 10
    bits multiply or divide the odds of a match by about a thousand.
    """
    import pandas as pd

    with database() as connection:
        standardise(connection, model.plan, features)
        make_pairs(connection, model.plan.rules)
        take_few(connection, MOST_EXPLAINED)
        scored = score(connection, model, "few", in_detail=True)
        columns = ", ".join(
            f"mw_{field}{_rarity(connection, scored, field)}" for field in fields(model)
        )
        query = f"select {columns} from {scored}"  # noqa: S608
        weights = connection.execute(query).fetchnumpy()
    table = pd.DataFrame(dict(zip(fields(model), weights.values(), strict=True))).abs()
    summary = pd.DataFrame({"importance": table.mean(), "spread": table.std()}).fillna(0.0)
    summary = summary.rename_axis("feature").reset_index()
    summary = summary.sort_values("importance", ascending=False, ignore_index=True)
    return summary.assign(unit="mean weight of a pair, in bits")


def best_pairs(model: LinkageModel, linked: Linked, features: pd.DataFrame) -> pd.DataFrame:
    """The evidence of each record's best pair, one column per comparison, in bits.

    One database per row, so it is for a few rows.
    """
    import pandas as pd

    found = {}
    for row, pair in _best(linked).items():
        evidence = explain_pair(model, features.iloc[list(pair)]).evidence
        found[features.index[row]] = {one.field: one.weight for one in evidence}
    table = pd.DataFrame.from_dict(found, orient="index")
    return table.reindex(index=features.index, columns=fields(model))


def _best(linked: Linked) -> dict[int, tuple[int, int]]:
    """The positions of the pair with the highest weight of each record that was compared."""
    best: dict[int, tuple[int, int]] = {}
    pairs = linked.pairs.sort_values("match_weight", kind="stable")
    for left, right in zip(pairs["left"], pairs["right"], strict=True):
        best[int(left)] = best[int(right)] = (int(left), int(right))
    return best


def _rarity(connection: DuckDBPyConnection, scored: str, field: str) -> str:
    columns = [row[0] for row in connection.execute(f"describe {scored}").fetchall()]
    return f" + mw_tf_adj_{field}" if f"mw_tf_adj_{field}" in columns else ""
