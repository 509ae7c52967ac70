"""The days that `mlops-assets demo` plays: chosen when it first runs, and kept in the home."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from mlops_assets.platform.settings import Settings

FILE = "demo.json"
DEMO = "demo"
"""In defs.yaml: a day of the demo, whenever that is."""
PLAYED, QUIET, ASKED = 10, 4, 2


class DemoDays(BaseModel):
    """Ten days: four quiet ones, then drift, on two days of which the API is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: date = Field(description="The first day that is played; trained is on those before.")

    @property
    def trained(self) -> date:
        """The newest day of the first training."""
        return self.first - timedelta(days=1)

    @property
    def played(self) -> list[date]:
        """The days, oldest first."""
        return [self.first + timedelta(days=after) for after in range(PLAYED)]

    @property
    def drift_since(self) -> date:
        """The first day with drift."""
        return self.first + timedelta(days=QUIET)

    @property
    def asked(self) -> list[date]:
        """The days whose rows are requests to the prediction API."""
        return self.played[QUIET : QUIET + ASKED]


def demo_days(settings: Settings) -> DemoDays | None:
    """The days of the demo in this home; None if it was never played."""
    try:
        return DemoDays.model_validate_json((settings.home / FILE).read_bytes())
    except FileNotFoundError:
        return None


def choose_days(settings: Settings, newest: date) -> DemoDays:
    """The days of the demo in this home; the first time, those that end with `newest`."""
    if known := demo_days(settings):
        return known
    chosen = DemoDays(first=newest - timedelta(days=PLAYED - 1))
    settings.home.mkdir(parents=True, exist_ok=True)
    part = settings.home / f"{FILE}.{os.getpid()}.part"
    part.write_text(chosen.model_dump_json(), encoding="utf-8")
    part.replace(settings.home / FILE)
    return chosen
