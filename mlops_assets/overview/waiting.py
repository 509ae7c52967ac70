"""What of a model waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mlops_assets.overview.records import LoopStatus
from mlops_assets.registry.overview import VersionFacts

ANSWERED_BY_ACKNOWLEDGING = ("latched", "escalated")


def waiting(
    staged: VersionFacts | None, loop: LoopStatus | None, acknowledged: date | None, queue: int
) -> Iterator[str]:
    """One short line per thing: a staged version, an open alert, cases to review."""
    if staged:
        yield f"version {staged.version} is staged"
    if loop and is_open(loop, acknowledged):
        yield f"alert: {loop.alert}"
    if queue:
        yield f"{queue:,} to review"


def is_open(loop: LoopStatus, acknowledged: date | None) -> bool:
    """Whether an alert was sent that nobody has answered."""
    seen = loop.episode is not None and acknowledged is not None and loop.episode <= acknowledged
    return bool(loop.alert) and not (seen and loop.alert in ANSWERED_BY_ACKNOWLEDGING)
