"""Render profile reports in a separate process, in parallel with the run."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.features.columns import Columns

SAMPLE_ROWS = 5_000
MODULE = "mlops_assets.data.profile.report"


class Rendering:
    """A report being rendered by a separate process, in a temporary folder."""

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
        """Wait for the report; raises `RuntimeError` if the process fails."""
        try:
            if self.process.wait():
                errors = (self.folder / "errors.txt").read_text()[-2000:]
                raise RuntimeError(f"the profile report could not be rendered:\n{errors}")
            return (self.folder / "profile.html").read_text(encoding="utf-8")
        finally:
            self.stop()

    def stop(self) -> None:
        """Stop the process if it is still running, and remove its folder."""
        self.process.kill()
        self.process.wait()
        self._holder.cleanup()
