"""Render the drift page in a separate process, while its picture is drawn."""

from typing import TYPE_CHECKING

from mlops_assets.monitoring.drift.day_report import DriftReport
from mlops_assets.monitoring.drift_page.page import DAY, PAGE, REFERENCE, REPORT
from mlops_assets.platform.page_process import PageProcess

if TYPE_CHECKING:
    import pandas as pd

MODULE = "mlops_assets.monitoring.drift_page.page"


class DriftPage(PageProcess):
    """The page of one day, being rendered: `with DriftPage(…) as page: page.html()`."""

    def __init__(self, report: DriftReport, reference: "pd.DataFrame", day: "pd.DataFrame") -> None:
        super().__init__("drift page")
        reference.to_parquet(self.folder / REFERENCE, engine="pyarrow")
        day.to_parquet(self.folder / DAY, engine="pyarrow")
        (self.folder / REPORT).write_text(report.model_dump_json())
        self.start(MODULE, page=PAGE)
