"""Dagster resource that renders a run's profile report in parallel with its other steps."""

from typing import TYPE_CHECKING

import dagster as dg
from pydantic import PrivateAttr

from mlops_assets.data.profile.renderer import Rendering
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

if TYPE_CHECKING:
    import pandas as pd


class ProfileRenderer(dg.ConfigurableResource):
    """One rendering process per run, started early and collected late.

    Importing Evidently and rendering its report takes as long as training, but does not depend on
    it: call `start` once the rows are read, and `collect` when the report is needed.
    """

    _rendering: "Rendering | None" = PrivateAttr(None)

    def start(self, spec: LifecycleSpec, table: "pd.DataFrame") -> Rendering:
        """Start rendering the report on at most `SAMPLE_ROWS` rows of `table`."""
        kept = Settings.from_environment().cache_dir / "profiles" / spec.name
        self._rendering = Rendering(table, spec.shown_columns, spec.training_target, kept)
        return self._rendering

    def collect(self, spec: LifecycleSpec, table: "pd.DataFrame") -> str:
        """The report's HTML, rendered now if `start` was not called in this process.

        Raises `RuntimeError` with the renderer's output if rendering fails.
        """
        rendering = self._rendering or self.start(spec, table)
        self._rendering = None
        with rendering:
            return rendering.html()

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Stop a renderer whose report was never collected."""
        if self._rendering:
            self._rendering.stop()
