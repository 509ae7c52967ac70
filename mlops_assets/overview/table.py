"""The overview as text: what the terminal shows, and the words of the page."""

from __future__ import annotations

from collections.abc import Sequence

from mlops_assets.overview.records import ModelRow, own_verdict
from mlops_assets.registry.compare.report import headline_text

HEADINGS = [
    "model",
    "serves",
    "headline metric",
    "drift, 30 days",
    "performance",
    "episode",
    "waits for a person",
    "last retrain",
]


def cells(row: ModelRow) -> list[str]:
    """A row under `HEADINGS`."""
    return [
        row.registered.model_name,
        serves(row),
        headline_text(row.serving),
        drift_text(row),
        performance_text(row),
        row.loop.status if row.loop else "-",
        ", ".join(row.waiting) or "-",
        f"{row.retrain.at[:10]} {row.retrain.outcome}" if row.retrain else "-",
    ]


def serves(row: ModelRow) -> str:
    """`2 since 2026-01-12`, or `-`."""
    if row.serving is None:
        return "-"
    return row.serving.version + (f" since {row.since}" if row.since else "")


def drift_text(row: ModelRow) -> str:
    """`2 of 10 days, now clean`, or `-`."""
    verdicts = [it for facts in row.newest if (it := own_verdict(facts))]
    if not verdicts:
        return "-"
    days = "day" if len(verdicts) == 1 else "days"
    return f"{verdicts.count('drift')} of {len(verdicts)} {days}, now {verdicts[-1]}"


def performance_text(row: ModelRow) -> str:
    """`ok 2026-01-15`: the newest day on which it is known, or `-`."""
    known: Sequence[str] = [
        f"{it.performance.status} {it.day}"
        for it in row.days
        if it.performance and it.performance.status != "unknown"
    ]
    return known[-1] if known else "-"
