"""Put matching records together, but never two people with different ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.kinds.fellegi_sunter.comparisons import contradiction
from mlops_assets.kinds.fellegi_sunter.standardising import ROW

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.plan import Plan


@dataclass(frozen=True)
class Clustered:
    """The cluster of each record, 0 …, and whether an id kept it apart from a match."""

    labels: np.ndarray
    contradicted: np.ndarray


def cluster(
    connection: DuckDBPyConnection, plan: Plan, pairs: pd.DataFrame, rows: int
) -> Clustered:
    """Connected components of the pairs at or above the match weight.

    Where a component holds two different ids of a person, its pairs are joined again from the
    strongest down, and one that would put the two together is refused: a matter for review.
    """
    import numpy as np

    sure = pairs["match_weight"].to_numpy() >= plan.match_weight
    kept = pairs[sure & ~pairs["contradicts"].to_numpy()]
    edges = kept[["left", "right"]].to_numpy()
    strengths = kept["match_weight"].to_numpy()
    labels = _components(edges, rows)
    contradicted = np.zeros(rows, dtype=bool)
    contradicted[pairs.loc[sure & pairs["contradicts"].to_numpy(), ["left", "right"]]] = True
    if plan.unique_id is not None:
        refused = _apart(connection, plan.unique_id, labels, edges, strengths)
        contradicted[edges[refused]] = True
        labels = _components(edges[~refused], rows)
    return Clustered(labels, contradicted)


def _components(edges: np.ndarray, rows: int) -> np.ndarray:
    """Labels in the order in which the components first appear."""
    import numpy as np
    import pandas as pd
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(edges), dtype=bool)
    graph = coo_array((ones, (edges[:, 0], edges[:, 1])), shape=(rows, rows))
    _, labels = connected_components(graph, directed=False)
    return pd.factorize(labels)[0]


def _apart(
    connection: DuckDBPyConnection,
    field: str,
    labels: np.ndarray,
    edges: np.ndarray,
    strengths: np.ndarray,
) -> np.ndarray:
    """Which edges are refused, so that no two contradicting ids are in one component."""
    import numpy as np

    enemies = _contradicting_records(connection, field, labels)
    refused = np.zeros(len(edges), dtype=bool)
    doubtful = np.flatnonzero(np.isin(labels[edges[:, 0]], labels[list(enemies)]))
    ranks = _content_ranks(connection, edges[doubtful])
    order = doubtful[np.lexsort((ranks[:, 1], ranks[:, 0], -strengths[doubtful].round(6)))]
    members: dict[int, set[int]] = {}
    for edge in order.tolist():
        left, right = (members.get(end, {end}) for end in edges[edge].tolist())
        if left is right:
            continue
        if any(enemies.get(one, set()) & right for one in left):
            refused[edge] = True
            continue
        union = left | right
        members.update(dict.fromkeys(union, union))
    return refused


def _contradicting_records(
    connection: DuckDBPyConnection, field: str, labels: np.ndarray
) -> dict[int, set[int]]:
    """Records of one component whose ids differ by more than a typing error."""
    import pyarrow as pa

    connection.register("components", pa.table({"place": range(len(labels)), "component": labels}))
    found = connection.execute(
        f"""with ids as (select place, component, "{field}" as id from components
            join records on place = {ROW} where "{field}" is not null),
        several as (select component from ids group by component having count(distinct id) > 1)
        select l.place, r.place from ids l join ids r using (component)
            semi join several using (component)
        where l.place < r.place and {contradiction("l.id", "r.id")}"""  # noqa: S608
    ).fetchall()
    enemies: dict[int, set[int]] = {}
    for left, right in found:
        enemies.setdefault(left, set()).add(right)
        enemies.setdefault(right, set()).add(left)
    return enemies


def _content_ranks(connection: DuckDBPyConnection, edges: np.ndarray) -> np.ndarray:
    """What breaks ties: a hash of what the two records hold, so that their order does not."""
    import numpy as np

    if not len(edges):
        return np.empty((0, 2))
    hashes = connection.execute(
        f"select hash(r) from (select columns(* exclude ({ROW})) from records order by {ROW}) r"  # noqa: S608
    ).fetchnumpy()
    values = next(iter(hashes.values()))
    return np.sort(values[edges], axis=1)
