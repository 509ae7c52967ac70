"""What to do with an experiment, in words."""

from __future__ import annotations

from collections.abc import Sequence

from mlops_assets.experiments.facts import Look, Outcome
from mlops_assets.spec.experiment import Experiment

MISMATCH = 0.001
"""A sample ratio less likely than this means that the assignment or the log is broken."""


def recommended(
    plan: Experiment, day: int, looks: Sequence[Look], mismatch: float | None
) -> tuple[Outcome, str]:
    """The outcome at the end of the day `day`, and a sentence about it.

    The sequence holds at every look, so a winner is declared as soon as zero is outside of it.
    """
    if mismatch is not None and mismatch < MISMATCH:
        return "mismatch", f"stop: sample ratio mismatch (p = {mismatch:.1g}); find its cause"
    look = looks[-1] if looks else None
    if look and look.low > 0:
        return "challenger", f"challenger wins: {interval(look)}"
    if look and look.high < 0:
        return "champion", f"champion wins: {interval(look)}"
    if day < plan.days:
        so_far = interval(look) if look else "too few labelled units so far"
        return "looking", f"keep looking: {day} of {plan.days} days; {so_far}"
    if look is None:
        return "looking", f"too few labelled units after {day} days; wait for labels"
    return "no_difference", f"no winner after {day} days: {interval(look)}; keep the champion"


def interval(look: Look) -> str:
    """`+0.021 [0.004, 0.038]`."""
    return f"{look.difference:+.3f} [{look.low:.3f}, {look.high:.3f}]"
