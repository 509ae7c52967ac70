"""Render the drift page in a separate process, while its picture is drawn."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.monitoring.drift.day_report import DriftReport
from mlops_assets.monitoring.drift_page.page import DAY, PAGE, REFERENCE, REPORT

if TYPE_CHECKING:
    import pandas as pd

MODULE = "mlops_assets.monitoring.drift_page.page"


class DriftPage:
    """A page being rendered in a temporary folder: `with DriftPage(…) as page: page.html()`."""

    def __init__(self, report: DriftReport, reference: "pd.DataFrame", day: "pd.DataFrame") -> None:
        self._holder = tempfile.TemporaryDirectory(prefix="mlops_assets_drift_")
        self.folder = Path(self._holder.name)
        reference.to_parquet(self.folder / REFERENCE, engine="pyarrow")
        day.to_parquet(self.folder / DAY, engine="pyarrow")
        (self.folder / REPORT).write_text(report.model_dump_json())
        self.process = subprocess.Popen(
            [sys.executable, "-m", MODULE, str(self.folder)],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "errors.txt").open("wb"),
        )

    def __enter__(self) -> "DriftPage":
        return self

    def html(self) -> str:
        """Wait for the page; raises `RuntimeError` with the renderer's errors if it fails."""
        if self.process.wait():
            errors = (self.folder / "errors.txt").read_text()[-2000:]
            raise RuntimeError(f"the drift page could not be rendered:\n{errors}")
        return (self.folder / PAGE).read_text(encoding="utf-8")

    def __exit__(self, *_: object) -> None:
        """Stop the process if it is still running, and remove its folder."""
        self.process.kill()
        self.process.wait()
        self._holder.cleanup()
