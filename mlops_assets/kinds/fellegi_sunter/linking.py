"""Link records of the same person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.kinds.fellegi_sunter.blocking import (
    count_pairs,
    make_pairs,
    name,
    require_few_pairs,
)
from mlops_assets.kinds.fellegi_sunter.cleaning import standardise
from mlops_assets.kinds.fellegi_sunter.clustering import Clustered, cluster
from mlops_assets.kinds.fellegi_sunter.comparisons import contradiction
from mlops_assets.kinds.fellegi_sunter.database import IN_PARALLEL, database
from mlops_assets.kinds.fellegi_sunter.plan import ROW
from mlops_assets.kinds.fellegi_sunter.scoring import score

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel


@dataclass(frozen=True)
class Linked:
    """The compared pairs and the resulting clusters."""

    index: pd.Index
    """The records: those of `features`, then those of `known`."""
    pairs: pd.DataFrame
    """One row per pair: `left` and `right` (positions in `index`), `match_weight`, `probability`,
    `rule` (the first that found it), and `contradicts` (a match except for contradicting ids).
    Newly compared pairs come first, then the known ones."""
    rules: dict[str, int]
    """Number of pairs that each rule found first; they add up to the candidate pairs."""
    clustered: Clustered

    @property
    def clusters(self) -> pd.Series:
        """The cluster of every record, numbered from 0 in order of first appearance."""
        import pandas as pd

        return pd.Series(self.clustered.labels, index=self.index, name="cluster")

    def named_pairs(self, least_weight: float) -> pd.DataFrame:
        """The pairs from `least_weight` on, by the names of their records, as `link` expects them.

        The lesser name is `left`, and the pairs are sorted by name.
        """
        import numpy as np

        some = self.pairs[self.pairs["match_weight"] >= least_weight]
        one, other = (self.index[some[side]].to_numpy() for side in ("left", "right"))
        named = {"left": np.where(one < other, one, other)}
        named |= {"right": np.where(one < other, other, one)}
        named |= {"rule": some["rule"].astype(object)}
        return some.assign(**named).sort_values(["left", "right"], ignore_index=True)


def link(
    model: LinkageModel,
    features: pd.DataFrame,
    known: pd.DataFrame | None = None,
    known_pairs: pd.DataFrame | None = None,
) -> Linked:
    """Compare the candidate pairs and cluster the matches.

    With `known` records, only pairs with at least one record of `features` are compared; the pairs
    among `known` are taken from `known_pairs`, the earlier result of `Linked.named_pairs`. The
    clusters are the same as when everything is compared, whatever the order of the records. Raises
    `InputError` if the blocking rules create too many pairs.
    """
    import pandas as pd

    records = features if known is None else pd.concat([features, known])
    with database() as connection:
        connection.execute(IN_PARALLEL)
        standardise(connection, model.plan, records)
        counts = count_pairs(connection, model.plan.rules)
        require_few_pairs(model.plan.rules, counts, model.plan.max_candidate_pairs, len(records))
        new_rows = None if known is None else len(features)
        make_pairs(connection, model.plan.rules, new_rows=new_rows)
        turn_by_content(connection, list(model.plan.fields))
        pairs = _scored(connection, model)
        found = pairs["rule"].value_counts(sort=False)
        if known_pairs is not None:
            pairs = pd.concat([pairs, _placed(known_pairs, records.index, pairs)])
        clustered = cluster(connection, model.plan, pairs, len(records))
    return Linked(records.index, pairs, {str(n): int(c) for n, c in found.items()}, clustered)


def _placed(known: pd.DataFrame, index: pd.Index, like: pd.DataFrame) -> pd.DataFrame:
    """Known pairs with the positions of their records, the lesser one in `left`."""
    import numpy as np

    ends = np.stack([index.get_indexer(known[side]) for side in ("left", "right")])
    places = {"left": ends.min(axis=0), "right": ends.max(axis=0)}
    return known.assign(**places)[list(like)].astype(like.dtypes.to_dict())


def turn_by_content(connection: DuckDBPyConnection, fields: list[str]) -> None:
    """Order the records within each pair by content instead of by row position.

    Some levels, such as "last word first", are not symmetric.
    """
    content = ", ".join(f'"{name}"' for name in fields)
    connection.execute(
        f"""create or replace table candidates as
        with contents as (select {ROW} as place, hash({content}) as content from records)
        select match_key,
            if(l.content <= r.content, join_key_l, join_key_r) as join_key_l,
            if(l.content <= r.content, join_key_r, join_key_l) as join_key_r
        from candidates join contents l on join_key_l = l.place
        join contents r on join_key_r = r.place"""  # noqa: S608
    )


def _scored(connection: DuckDBPyConnection, model: LinkageModel) -> pd.DataFrame:
    import pandas as pd

    table = score(connection, model)
    pairs = connection.execute(
        f"""select least({ROW}_l, {ROW}_r)::int as "left",
        greatest({ROW}_l, {ROW}_r)::int as "right", match_weight,
        match_probability as probability, match_key::int as rule,
        {_contradicts(model)} as contradicts
        from {table} p join records l on p.{ROW}_l = l.{ROW} join records r on p.{ROW}_r = r.{ROW}
        order by "left", "right" """  # noqa: S608
    ).df()
    names = [name(rule) for rule in model.plan.rules]
    return pairs.assign(rule=pd.Categorical.from_codes(pairs["rule"], names))


def _contradicts(model: LinkageModel) -> str:
    """SQL: the pair would be a match except for contradicting ids."""
    field, is_match = model.plan.unique_id, f"match_weight >= {model.plan.match_weight}"
    if field is None:
        return "false"
    conflict = contradiction(f'l."{field}"', f'r."{field}"')
    return f"coalesce(case when {is_match} then {conflict} end, false)"


def predict(model: LinkageModel, features: pd.DataFrame) -> pd.DataFrame:
    """Link `features` and return the decision for every row (see `decisions`)."""
    return decisions(link(model, features), model)


def decisions(linked: Linked, model: LinkageModel) -> pd.DataFrame:
    """One row per record, indexed like the records.

    `prediction` is the cluster: the same number means the same person. `match_weight` and `rule`
    belong to the record's best pair; NaN and None if it was compared with no other. `decision` is
    `review` if an id contradicts a match or the best pair is uncertain, `match` in a cluster, else
    `single`.
    """
    import numpy as np
    import pandas as pd

    rows = len(linked.index)
    best, rule = _best_pairs(linked, rows)
    labels = linked.clustered.labels
    sizes = np.bincount(labels, minlength=1)[labels]
    unsure = (best >= model.plan.review_weight) & (sizes == 1)
    decision = np.select(
        [linked.clustered.contradicted | unsure, sizes > 1], ["review", "match"], "single"
    )
    table = {
        "prediction": labels,
        "match_weight": best,
        "decision": decision.astype(object),
        "cluster_size": sizes.astype("float64"),
        "rule": rule,
    }
    return pd.DataFrame(table, index=linked.index)


def _best_pairs(linked: Linked, rows: int):
    """Weight and rule of the best pair of every record; ties go to the earlier rule."""
    import numpy as np

    pairs = linked.pairs
    ends = np.concatenate([pairs["left"], pairs["right"]])
    weights = np.tile(pairs["match_weight"].to_numpy(), 2)
    codes = np.tile(pairs["rule"].cat.codes.to_numpy(), 2)
    order = np.lexsort((-codes, weights))
    best, code = np.full(rows, np.nan), np.full(rows, -1)
    best[ends[order]], code[ends[order]] = weights[order], codes[order]
    names = np.array([*pairs["rule"].cat.categories, None], dtype=object)
    return best, names[code]
