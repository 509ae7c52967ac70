"""Record the training rows batch by batch: what they are, whether they pass, and their version."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.data.checks.row_counts import RowCounts
from mlops_assets.data.checks.training_checks import counted_claims
from mlops_assets.data.profile.counted_table import SpacedRows
from mlops_assets.data.table_parts import TableParts
from mlops_assets.data.training_tables import RawData
from mlops_assets.features.dataset_version import DatasetVersion
from mlops_assets.platform.table_writer import TableWriter

if TYPE_CHECKING:
    import pandas as pd


def record_rows(
    parts: TableParts,
    counts: RowCounts,
    *,
    minimum_rows: int,
    judged_by: str,
    seen_through: date,
) -> tuple[RawData, pd.DataFrame]:
    """The training rows with their checks, and evenly spaced rows of them to show.

    The rows are gone through once, so that they need not fit into memory; `counts` counts them. A
    failure leaves nothing: the file is complete before anyone can see it.
    """
    version, writer, spaced = DatasetVersion(), TableWriter(parts.types), SpacedRows(parts.rows)
    for batch in parts.batches():
        version.add(batch)
        counts.add(batch)
        spaced.add(batch)
        writer.write(batch)
    raw = writer.finish(
        RawData,
        dataset_version=version.digest(),
        seen_through=seen_through,
        claims=tuple(counted_claims(counts, parts.frame, minimum_rows)),
        judged_by=judged_by,
    )
    return raw, spaced.rows()
