"""How rows that were read from a source are recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mlops_assets.data.personal_data import PersonalData
from mlops_assets.data.sources.base import SourceSpec
from mlops_assets.platform.markdown import frame_table
from mlops_assets.platform.mlflow.result import Markdown, Result
from mlops_assets.platform.table_record import TableRecord


@dataclass(frozen=True)
class RowsRead(Result):
    """Rows as read from `source`."""

    record: TableRecord
    source: SourceSpec
    personal: PersonalData

    def tags(self) -> dict[str, str]:
        """The version of the rows."""
        return {"dataset_version": self.record.dataset_version}

    def params(self) -> dict[str, Any]:
        """Where the rows come from."""
        return {"source": self.source.type, "origin": self.source.origin}

    def metrics(self) -> dict[str, float]:
        """Size of the table."""
        return {"rows": self.record.rows, "columns": len(self.record.content.columns)}

    def documents(self) -> dict[str, Any]:
        """Data type of each column."""
        dtypes = self.record.content.first.dtypes.items()
        return {"schema.json": {str(name): str(dtype) for name, dtype in dtypes}}

    def preview(self) -> Markdown:
        """The first rows, with identifying and personal columns masked."""
        rows = self.personal.mask(self.record.content.first)
        return Markdown(frame_table(rows))
