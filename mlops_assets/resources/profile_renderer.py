"""Renders profile reports in a process of their own, beside whatever the run does meanwhile."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import PrivateAttr

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.core.columns import Columns

SAMPLE_ROWS = 5_000
MODULE = "mlops_assets.core.profile_report"


class ProfileRenderer(dg.ConfigurableResource):
    """One rendering process for each run, started early and collected late.

    Importing Evidently and drawing its report take as long as a training, and need nothing from
    it: `start` as soon as the rows are there, `collect` when the report is wanted.
    """

    _rendering: "Rendering | None" = PrivateAttr(None)

    def start(self, table: "pd.DataFrame", columns: "Columns", target: "str | None") -> "Rendering":
        """Begin to render the report of at most `SAMPLE_ROWS` rows of `table`."""
        self._rendering = Rendering(table, columns, target)
        return self._rendering

    def collect(self, table: "pd.DataFrame", columns: "Columns", target: "str | None") -> str:
        """The report's HTML; renders it now where `start` was not called in this process.

        Raises `RuntimeError` with the renderer's own words where it fails.
        """
        rendering = self._rendering or self.start(table, columns, target)
        self._rendering = None
        return rendering.html()

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Stop a renderer that nobody collected."""
        if self._rendering:
            self._rendering.stop()


class Rendering:
    """A report being rendered by a process of its own, in a folder of its own."""

    def __init__(self, table: "pd.DataFrame", columns: "Columns", target: "str | None") -> None:
        self._holder = tempfile.TemporaryDirectory(prefix="mlops_assets_profile_")
        self.folder = Path(self._holder.name)
        sample = table.sample(min(len(table), SAMPLE_ROWS), random_state=0)
        sample.to_parquet(self.folder / "rows.parquet", engine="pyarrow")
        spec = {"columns": columns.model_dump(), "target": target}
        (self.folder / "spec.json").write_text(json.dumps(spec))
        names = ("rows.parquet", "spec.json", "profile.html")
        self.process = subprocess.Popen(
            [sys.executable, "-m", MODULE, *(str(self.folder / name) for name in names)],
            env={**os.environ, "DO_NOT_TRACK": "1"},
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "errors.txt").open("wb"),
        )

    def html(self) -> str:
        """Wait for the report; raises `RuntimeError` where the process fails."""
        try:
            if self.process.wait():
                words = (self.folder / "errors.txt").read_text()[-2000:]
                raise RuntimeError(f"the profile report could not be rendered:\n{words}")
            return (self.folder / "profile.html").read_text()
        finally:
            self.stop()

    def stop(self) -> None:
        """End the process, if it still runs, and remove its folder."""
        self.process.kill()
        self.process.wait()
        self._holder.cleanup()
