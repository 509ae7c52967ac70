"""Days before the one that is judged, which small days are pooled with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.scored_day import Predictions


class EarlierDay(NamedTuple):
    """A day's rows, and their predictions."""

    day: date
    live: LiveDay
    predictions: Predictions


Read = Callable[[date], tuple[LiveDay, Predictions] | None]


@dataclass(frozen=True)
class EarlierDays:
    """How the days before a day are read, and how many days are pooled at most."""

    read: Read
    most: int
    """Days of a pool in all, counted by the calendar."""

    def before(self, day: date) -> Iterator[EarlierDay]:
        """The days that can be pooled with `day`, newest first: scored, and no outage."""
        for age in range(1, self.most):
            earlier = day - timedelta(days=age)
            found = self.read(earlier)
            if found is None:
                continue
            live, predictions = found
            same_rows = live.dataset_version == predictions.dataset_version
            if same_rows and all(claim.passed for claim in live.claims):
                yield EarlierDay(earlier, live, predictions)


NO_EARLIER_DAYS = EarlierDays(read=lambda day: None, most=1)
