"""Dagster resource that renders a run's profile report in parallel with its other steps."""

from typing import TYPE_CHECKING

import dagster as dg
from pydantic import PrivateAttr

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.features.columns import Columns


from mlops_assets.data.profile.renderer import Rendering


class ProfileRenderer(dg.ConfigurableResource):
    """One rendering process per run, started early and collected late.

    Importing Evidently and rendering its report takes as long as training, but does not depend on
    it: call `start` once the rows are read, and `collect` when the report is needed.
    """

    _rendering: "Rendering | None" = PrivateAttr(None)

    def start(self, table: "pd.DataFrame", columns: "Columns", target: "str | None") -> "Rendering":
        """Start rendering the report on at most `SAMPLE_ROWS` rows of `table`."""
        self._rendering = Rendering(table, columns, target)
        return self._rendering

    def collect(self, table: "pd.DataFrame", columns: "Columns", target: "str | None") -> str:
        """The report's HTML, rendered now if `start` was not called in this process.

        Raises `RuntimeError` with the renderer's output if rendering fails.
        """
        rendering = self._rendering or self.start(table, columns, target)
        self._rendering = None
        with rendering:
            return rendering.html()

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Stop a renderer whose report was never collected."""
        if self._rendering:
            self._rendering.stop()
