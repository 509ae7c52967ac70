"""Cluster matching records, keeping people with different ids apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_assets.kinds.fellegi_sunter.groups import Groups
from mlops_assets.kinds.fellegi_sunter.plan import ROW

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.plan import Plan


@dataclass(frozen=True)
class Clustered:
    """The cluster of each record, from 0, and whether an id kept it apart from a match."""

    labels: np.ndarray
    contradicted: np.ndarray


def cluster(
    connection: DuckDBPyConnection, plan: Plan, pairs: pd.DataFrame, rows: int
) -> Clustered:
    """Connected components of the pairs at or above the match weight.

    If a component contains contradicting ids, its pairs are joined again, strongest first, and a
    pair that would join two contradicting ids is rejected and left for review.
    """
    import numpy as np

    matches = pairs["match_weight"].to_numpy() >= plan.match_weight
    kept = pairs[matches & ~pairs["contradicts"].to_numpy()]
    edges = kept[["left", "right"]].to_numpy()
    strengths = kept["match_weight"].to_numpy()
    labels = _components(edges, rows)
    contradicted = np.zeros(rows, dtype=bool)
    contradicted[pairs.loc[matches & pairs["contradicts"].to_numpy(), ["left", "right"]]] = True
    if plan.unique_id is not None:
        rejected = _rejected_edges(connection, plan.unique_id, labels, edges, strengths)
        contradicted[edges[rejected]] = True
        labels = _components(edges[~rejected], rows)
    return Clustered(labels, contradicted)


def _components(edges: np.ndarray, rows: int) -> np.ndarray:
    """Component labels, numbered in order of first appearance."""
    import numpy as np
    import pandas as pd
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(edges), dtype=bool)
    graph = coo_array((ones, (edges[:, 0], edges[:, 1])), shape=(rows, rows))
    _, labels = connected_components(graph, directed=False)
    return pd.factorize(labels)[0]


def _rejected_edges(
    connection: DuckDBPyConnection,
    field: str,
    labels: np.ndarray,
    edges: np.ndarray,
    strengths: np.ndarray,
) -> np.ndarray:
    """Which edges to reject so that no component contains contradicting ids."""
    import numpy as np

    ids = _conflicting_ids(connection, field, labels)
    rejected = np.zeros(len(edges), dtype=bool)
    doubtful = np.flatnonzero(np.isin(labels[edges[:, 0]], labels[list(ids)]))
    ranks = _content_ranks(connection, edges[doubtful])
    order = doubtful[np.lexsort((ranks[:, 1], ranks[:, 0], -strengths[doubtful].round(6)))]
    groups = Groups(ids)
    rejected[order] = [not groups.join(left, right) for left, right in edges[order].tolist()]
    return rejected


def _conflicting_ids(
    connection: DuckDBPyConnection, field: str, labels: np.ndarray
) -> dict[int, str]:
    """The ids, by record, of the components with more than one."""
    import pyarrow as pa

    connection.register("components", pa.table({"place": range(len(labels)), "component": labels}))
    found = connection.execute(
        f"""with ids as (select place, component, "{field}" as id from components
            join records on place = {ROW} where "{field}" is not null),
        several as (select component from ids group by component having count(distinct id) > 1)
        select place, id from ids semi join several using (component)"""  # noqa: S608
    ).fetchall()
    return dict(found)


def _content_ranks(connection: DuckDBPyConnection, edges: np.ndarray) -> np.ndarray:
    """Tie-breakers: hashes of the two records' contents, so that row order has no effect."""
    import numpy as np

    if not len(edges):
        return np.empty((0, 2))
    hashes = connection.execute(
        f"select hash(r) from (select columns(* exclude ({ROW})) from records order by {ROW}) r"  # noqa: S608
    ).fetchnumpy()
    values = next(iter(hashes.values()))
    return np.sort(values[edges], axis=1)
