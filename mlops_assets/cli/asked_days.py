"""Days of the demo whose rows are requests to the prediction API."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from mlops_assets.cli.demo_api import DemoApi, demo_api
from mlops_assets.cli.replay import Replay
from mlops_assets.cli.serve import has_extra
from mlops_assets.cli.terminal import working

if TYPE_CHECKING:
    import pandas as pd

ROWS = 1_000


class AskedDays:
    """Sends rows of a day's source to the API, and their labels; does nothing if it is down."""

    def __init__(self, api: DemoApi, replay: Replay) -> None:
        self.api, self.replay = api, replay

    @cached_property
    def is_ready(self) -> bool:
        """Whether the API answers; the first time, it is waited for."""
        with working("waiting for the prediction API"):
            return self.api.is_ready()

    def ask(self, day: date) -> None:
        """Ask for the day's first rows, unless the day was played; an interrupted day goes on."""
        if self.replay.was_played(day) or not self.is_ready:
            return
        rows, labels = self._rows(day)
        known = self.replay.asked_on(day)
        with working(f"{self.replay.model} {day}: asking the prediction API"):
            self.api.predict(rows[known.requests if known else 0 :], day)
            self.api.label(labels)

    def follow(self, version: str) -> str:
        """Wait until the API answers with the new version; what it answers with, in words."""
        if not self.is_ready:
            return "the API does not answer"
        with working("waiting for the new version"):
            self.api.follow(f"registry-{version}")
        return f"the API answers with {self.api.version()}"

    def _rows(self, day: date) -> tuple[list[dict], list[dict]]:
        """What is sent to `/predict`, and later to `/labels`."""
        spec, settings = self.replay.runs.spec, self.replay.settings
        table = spec.source.read_day(settings, day, spec.timestamp).head(ROWS)
        sent = table[[*spec.identity, *spec.columns.names]]
        truth = table[[*spec.identity, str(spec.target)]]
        return _records(sent), _records(truth)


def _records(table: "pd.DataFrame") -> list[dict]:
    """The rows as JSON has them: a missing value is null."""
    return json.loads(str(table.to_json(orient="records")))


@contextmanager
def asked_days(replay: Replay) -> Iterator[AskedDays | None]:
    """The days of a replay, with the API running; None if it is not installed."""
    if not has_extra():
        yield None
        return
    with demo_api(replay.model, replay.settings) as api:
        yield AskedDays(api, replay)
