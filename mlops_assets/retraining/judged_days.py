"""What the records of a model's days say about its production version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from mlops_assets.evaluation.expected_day import Excess
from mlops_assets.monitoring.day_facts import DayFacts, DayVerdict
from mlops_assets.monitoring.performance.record import Status


def known_of_days(
    days: Sequence[DayFacts], version: str, since: date, trained_through: date
) -> dict[str, Any]:
    """The fields of `LoopState` that follow from the days, oldest first.

    `version` serves since `since`, and was trained on rows through `trained_through`.
    """
    performance, performance_day = newest_performance(days, version, since)
    return {
        "days": day_verdicts(days, version),
        "spans": day_spans(days, version),
        "note": newest_note(days, version),
        "performance": performance,
        "performance_day": performance_day,
        "excesses": excesses(days, version, since),
        "estimated_drop": estimated_drop(days, version, since),
        "waits_for": waits_for(days, version, since),
        "new_labels": new_labels(days, trained_through),
    }


def day_verdicts(days: Sequence[DayFacts], version: str) -> dict[date, DayVerdict]:
    """The verdict against `version` on each day that has one, in the order of `days`."""
    return {facts.day: verdict for facts in days if (verdict := facts.verdict(version))}


def day_spans(days: Sequence[DayFacts], version: str) -> dict[date, int]:
    """How many days up to a day were judged together, for the days where it is more than one."""
    return {
        facts.day: facts.drift.span
        for facts in days
        if facts.drift and facts.drift.span > 1 and facts.drift.version == version
    }


def newest_note(days: Sequence[DayFacts], version: str) -> str:
    """Why the newest day with a verdict cannot be judged; empty if it can. Oldest day first."""
    judged = [facts for facts in days if facts.verdict(version)]
    return judged[-1].undecided_because if judged else ""


def newest_performance(
    days: Sequence[DayFacts], version: str, since: date
) -> tuple[Status, date | None]:
    """The newest known performance of `version` on a day after `since`, and that day.

    `("unknown", None)` if there is none. Oldest day first.
    """
    for facts in reversed(days):
        seen = facts.performance
        known = seen and seen.version == version and seen.status != "unknown"
        if seen and known and facts.day > since:
            return seen.status, facts.day
    return "unknown", None


def excesses(days: Sequence[DayFacts], version: str, since: date) -> dict[date, Excess]:
    """How much worse than `version` expects each day after `since` was, in the order of `days`."""
    return {
        facts.day: seen.excess
        for facts in days
        if (seen := facts.performance) and seen.excess and seen.version == version
        if facts.day > since
    }


def waits_for(days: Sequence[DayFacts], version: str, since: date) -> str:
    """Why the newest labels are not judged yet, in words; empty if a later day was judged.

    Oldest day first.
    """
    for facts in reversed(days):
        seen = facts.performance
        if not seen or seen.version != version or facts.day <= since:
            continue
        if seen.status != "unknown":
            return ""
        if seen.waits_for:
            return f"{seen.waits_for}, on {facts.day}"
    return ""


def new_labels(days: Sequence[DayFacts], trained_through: date) -> int:
    """How many rows a retrain could use of the days after the training."""
    return sum(
        facts.performance.learnable_rows
        for facts in days
        if facts.performance and facts.day > trained_through
    )


def estimated_drop(days: Sequence[DayFacts], version: str, since: date) -> str:
    """The drop that the newest estimate of `version` after `since` shows, in words; empty if none.

    Labels count more: the estimate of a day that has them, or of an earlier one, is empty. Oldest
    day first.
    """
    for facts in reversed(days):
        seen = facts.performance
        if not seen or seen.version != version or facts.day <= since:
            continue
        if seen.status != "unknown":
            return ""
        if seen.estimate and seen.estimate.status != "unknown":
            dropped = seen.estimate.status == "dropped"
            return f"{seen.estimate.summary}, on {facts.day}" if dropped else ""
    return ""
