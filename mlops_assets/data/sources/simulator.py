"""Read rows from a simulated system."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mlops_assets.data.sources.base import SourceSpec
from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.platform.demo_days import DEMO, demo_days

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings


class SimulatorSource(SourceSpec):
    """Rows simulated by `mlops_assets.simulators.<name>`, deterministic for a seed and day."""

    type: Literal["simulator"] = "simulator"
    name: str = Field(description="A module of mlops_assets.simulators, such as heart_disease.")
    rows: int = Field(gt=0, description="Number of rows; with `days`, per day.")
    days: int | None = Field(
        None, ge=1, le=366, description="Number of days to train on, up to the day of the run."
    )
    seed: int = Field(0, ge=0, description="Random seed; different seeds give different rows.")
    day: date | None = Field(None, description="Simulated day; other days give other rows.")
    shift: dict[str, float] = Field(
        default_factory=dict,
        description="Simulated drift by column: standard deviations for a numeric column, a share "
        "of rows from 0 to 1 for a categorical one.",
    )
    shift_since: date | Literal["demo"] | None = Field(
        None,
        description="First day with the drift; demo: the fifth day of `mlops-assets demo`, and "
        "none before it was played. Default: all days have it.",
    )

    @property
    def origin(self) -> str:
        """The simulator's name, for messages."""
        return f"simulator {self.name!r}"

    def load(self, settings: Settings) -> pd.DataFrame:
        """The simulated rows of `day`."""
        return self._simulate(self.day, settings)

    def load_until(self, settings: Settings, day: date) -> pd.DataFrame:
        """The rows of the last `days` days up to `day`; without `days`, the same as `load`."""
        import pandas as pd

        if self.days is None:
            return self.load(settings)
        ages = reversed(range(self.days))
        return pd.concat([self._simulate(day - timedelta(days=age), settings) for age in ages])

    def load_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str
    ) -> pd.DataFrame:
        """The rows of that day."""
        return self._simulate(day, settings)

    def knows_days(self, timestamp: str | None) -> bool:
        """Always True: a simulator can generate the rows of any day."""
        return True

    def content_mark(self, settings: Settings, timestamp: str | None, target: str | None) -> str:
        """The same rows for ever, unless they depend on the day of the run or of the demo."""
        return "" if self.days or self.shift_since else self._mark()

    def _simulate(self, day: date | None, settings: Settings) -> pd.DataFrame:
        names = simulator_names()
        if self.name not in names:
            raise InputError(
                seen=f"no simulator {self.name!r}{nearest(self.name, names)}",
                expected=f"one of {names}",
                todo="correct `name` in defs.yaml, or add a module to mlops_assets/simulators",
            )
        module = importlib.import_module(f"mlops_assets.simulators.{self.name}")
        shift = self.shift if self._has_begun(day, settings) else None
        return module.simulate(self.rows, seed=self.seed, day=day, shift=shift)

    def _has_begun(self, day: date | None, settings: Settings) -> bool:
        """Whether the day has the drift."""
        since = self.shift_since
        if since is None:
            return True
        if since == DEMO:
            demo = demo_days(settings)
            since = demo.drift_since if demo else None
        return day is not None and isinstance(since, date) and day >= since


def simulator_names() -> list[str]:
    """The names of all simulators."""
    from mlops_assets import simulators

    found = (info.name for info in pkgutil.iter_modules(simulators.__path__))
    return sorted(name for name in found if not name.startswith("_"))
