"""What a person should conclude from off-policy estimates, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlops_assets.tasks.metrics.metric import Metric

LEAST_EFFECTIVE_ROWS = 100
MOST_UNSUPPORTED = 0.01
NEGLIGIBLE = 0.01
"""By how much a mean weight of many rows may be off, such as by rounded propensities."""
MOST_OF_ONE_ROW = 0.05


def advice(found: Mapping[str, Metric]) -> list[str]:
    """The conclusion first, then each reason to doubt an estimate; `found` has all of them."""
    doubts = list(_doubts(found))
    return [_conclusion(found["lift_dr"], doubts), *doubts]


def _conclusion(lift: Metric, doubts: list[str]) -> str:
    interval = f"lift {lift.value:+.4g}, 95 % interval [{lift.low:+.4g}, {lift.high:+.4g}]"
    if doubts:
        return f"Do not decide by these estimates ({interval}): see below."
    if lift.low > 0:
        return f"Better than the logged policy ({interval}): worth an experiment."
    if lift.high < 0:
        return f"Worse than the logged policy ({interval}): keep the logged one."
    return f"No different from the logged policy as far as these rows tell ({interval})."


def _doubts(found: Mapping[str, Metric]) -> Iterator[str]:
    weight, effective = found["mean_weight"], found["effective_sample_size"].value
    if not weight.low <= 1 + NEGLIGIBLE or not weight.high >= 1 - NEGLIGIBLE:
        yield (
            f"The mean weight is {weight.value:.4g} [{weight.low:.4g}, {weight.high:.4g}] and "
            "should be 1: some actions are never shown, or the logged propensities are wrong. No "
            "estimate can be trusted; look at the log before the policy."
        )
    if not effective >= LEAST_EFFECTIVE_ROWS:
        yield (
            f"The estimates rest on {effective:.0f} effective rows: the log hardly ever does what "
            "the policy would do. Log with more exploration, or judge a policy closer to the log."
        )
    if not found["max_weight_share"].value <= MOST_OF_ONE_ROW:
        share = found["max_weight_share"].value
        yield f"One row, or slate, has {share:.0%} of all weight: its reward decides the estimate."
    if not found["unsupported_mass"].value <= MOST_UNSUPPORTED:
        share = found["unsupported_mass"].value
        yield f"The policy gives {share:.1%} to actions that the log never shows: nothing is known."
    yield from _disagreements(found)


def _disagreements(found: Mapping[str, Metric]) -> Iterator[str]:
    robust, snips = found["value_dr"], found["value_snips"]
    if robust.high < snips.low or snips.high < robust.low:
        yield (
            f"DR ({robust.value:.4g}) and SNIPS ({snips.value:.4g}) disagree: both should be right "
            "if the propensities are. Check the propensities, then the reward model."
        )
