"""Render profile reports in a separate process, in parallel with the run."""

import json
from typing import TYPE_CHECKING

from mlops_assets.platform.lake_formats import serialize
from mlops_assets.platform.page_process import PageProcess

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.features.columns import Columns

SAMPLE_ROWS = 5_000
MODULE = "mlops_assets.data.profile.report"
ROWS, SPEC, PAGE = "rows.parquet", "spec.json", "profile.html"


class Rendering(PageProcess):
    """The report of at most `SAMPLE_ROWS` rows of a table, being rendered."""

    def __init__(self, table: "pd.DataFrame", columns: "Columns", target: "str | None") -> None:
        super().__init__("profile report")
        names = [it for it in (*columns.names, target) if it in table]
        sample = table[names].sample(min(len(table), SAMPLE_ROWS), random_state=0)
        (self.folder / ROWS).write_bytes(serialize(sample)[0])
        spec = {"columns": columns.model_dump(), "target": target}
        (self.folder / SPEC).write_text(json.dumps(spec))
        self.start(MODULE, ROWS, SPEC, PAGE, page=PAGE)
