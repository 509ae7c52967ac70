"""The Dagster resource that renders a run's profile report beside its other steps."""

from typing import TYPE_CHECKING

import dagster as dg
from pydantic import PrivateAttr

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.features.columns import Columns


from mlops_assets.data.profile.renderer import Rendering


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
