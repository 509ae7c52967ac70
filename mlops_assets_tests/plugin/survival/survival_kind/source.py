"""The source: a simulator of machines that run until they break."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mlops_assets.data.sources.base import SourceSpec

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings

TRAINED = date(2026, 1, 4)
DAYS = 3


class MachinesSource(SourceSpec):
    """Machines with an age, a load and a supplier; some still run when the watch ends."""

    type: Literal["machines"] = Field(description="The type of source.")
    rows: int = Field(500, description="Machines a day.")
    heavier_from: date | None = Field(None, description="From this day on the load is higher.")
    labelled: bool = Field(True, description="Whether a day has its ends, or not yet.")

    @property
    def origin(self) -> str:
        """For messages."""
        return "simulated machines"

    def load(self, settings: Settings) -> pd.DataFrame:
        """Those known when the first model is trained."""
        return self.load_until(settings, TRAINED)

    def load_until(self, settings: Settings, day: date) -> pd.DataFrame:
        """Those of the last days up to `day`."""
        import pandas as pd

        days = [self._made(day - timedelta(days=ago)) for ago in range(DAYS)]
        return pd.concat(days, ignore_index=True)

    def knows_days(self, timestamp: str | None) -> bool:
        """A day is made at once."""
        return True

    def load_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str
    ) -> pd.DataFrame:
        """Those of one day."""
        made = self._made(day)
        return made if self.labelled else made.drop(columns=["days", "broken"])

    def _made(self, day: date) -> pd.DataFrame:
        import numpy as np
        import pandas as pd

        rng = np.random.default_rng(day.toordinal())
        heavier = self.heavier_from is not None and day >= self.heavier_from
        age, load = rng.uniform(0, 10, self.rows), rng.normal(1.5 if heavier else 0, 1, self.rows)
        lifetime = rng.exponential(20 * np.exp(-0.1 * age - 0.8 * load))
        watched = rng.uniform(5, 30, self.rows)
        return pd.DataFrame(
            {
                "machine": [f"{day}-{number}" for number in range(self.rows)],
                "age": age,
                "load": load,
                "supplier": rng.choice(["north", "south"], self.rows),
                "days": np.minimum(lifetime, watched),
                "broken": lifetime <= watched,
            }
        )
