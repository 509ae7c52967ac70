"""Render profile reports in a separate process, in parallel with the run."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.data.profile.kept_page import KeptPage
from mlops_assets.platform.lake_formats import serialize
from mlops_assets.platform.page_process import PageProcess

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.features.columns import Columns

SAMPLE_ROWS = 5_000
MODULE = "mlops_assets.data.profile.report"
ROWS, SPEC, PAGE = "rows.parquet", "spec.json", "profile.html"


class Rendering(PageProcess):
    """The report of at most `SAMPLE_ROWS` rows of a table, being rendered.

    If `kept` has it already, because the rows are those of the last report, nothing is started:
    Evidently takes longer than all else in a retrain that changes nothing.
    """

    def __init__(
        self, table: "pd.DataFrame", columns: "Columns", target: "str | None", kept: Path
    ) -> None:
        super().__init__("profile report")
        names = [it for it in (*columns.names, target) if it in table]
        sample = table[names].sample(min(len(table), SAMPLE_ROWS), random_state=0)
        rows, _ = serialize(sample)
        spec = json.dumps({"columns": columns.model_dump(), "target": target}).encode()
        self._kept = KeptPage.of(kept, (rows, spec))
        self._page_kept = self._kept.read()
        if self._page_kept is None:
            (self.folder / ROWS).write_bytes(rows)
            (self.folder / SPEC).write_bytes(spec)
            self.start(MODULE, ROWS, SPEC, PAGE, page=PAGE)

    def html(self) -> str:
        """The report; waits for it. Raises `RuntimeError` with the renderer's errors."""
        if self._page_kept is not None:
            return self._page_kept
        html = super().html()
        self._kept.keep(html)
        return html
