"""Whether the labels that have come so far can speak for the whole day.

Labels may come for a part of the rows, or for one class first, as chargebacks do. Metrics of such
rows can be far off without any drop in quality. Labels that depend on the class make the labelled
rows differ in their scores too, unless the scores tell nothing about the class.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.features.columns import Role, to_text
from mlops_assets.monitoring.performance.record import PerformanceFacts
from mlops_assets.spec.gates import MINIMUM_ROWS

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

NEARLY_ALL = 0.95
"""With labels for so many rows, the others hardly move a metric."""
LEVEL = 0.01
"""Significance level of all columns of the predictions together."""
LEAST_GAP = 0.05
"""Smaller differences move a metric by less than the tolerated drop, which is 0.05 by default."""
AS_USUAL = 0.9
"""Of the usual share of labels, so much is as many as usual."""
FEWEST_DAYS = 3


class Gap(NamedTuple):
    """The largest difference of two cumulative distributions, or of the shares of a label.

    0 if they are equal, 1 if no value of one is as low as any of the other.
    """

    size: float
    p_value: float
    words: str


def waits_for(
    labelled: pd.DataFrame,
    rest: pd.DataFrame,
    spec: LifecycleSpec,
    age: int | None = None,
    earlier: Iterable[PerformanceFacts] = (),
) -> str:
    """Why performance cannot be judged on the labels so far, and when it will be; "" if it can.

    `labelled` and `rest` are the predictions of the day's rows with and without a label. `age` is
    how many days after the day it is now, and `earlier` the records of preceding days.
    """
    if labelled.empty or (share := len(labelled) / (len(labelled) + len(rest))) >= NEARLY_ALL:
        return ""
    unlike, until = unlike_the_rest(labelled, rest, spec), _until(share, age, earlier, spec)
    if not (unlike or until):
        return ""
    until = until or "when they are a fair sample of the day"
    so_far = f"labels so far are for {share:.0%} of rows" + (unlike and f" and {unlike}")
    return f"{so_far}; performance is judged {until}"


def unlike_the_rest(labelled: pd.DataFrame, rest: pd.DataFrame, spec: LifecycleSpec) -> str:
    """How rows with a label differ in their predictions; empty if chance explains it.

    Kolmogorov–Smirnov tests of scores and chi-squared tests of predicted classes, with Bonferroni's
    correction. Rows of one day are compared, so that what they share does not matter.
    """
    if min(len(labelled), len(rest)) < MINIMUM_ROWS:
        return ""
    roles = [*spec.task.prediction_columns(labelled).roles()]
    gaps = [_gap(name, role, labelled[name], rest[name]) for name, role in roles]
    unlike = [it for it in gaps if it.size > LEAST_GAP and it.p_value * len(gaps) < LEVEL]
    return max(unlike, key=lambda it: it.size).words if unlike else ""


def _until(
    share: float, age: int | None, earlier: Iterable[PerformanceFacts], spec: LifecycleSpec
) -> str:
    """Until when labels still arrive; empty if they do not, as far as is known."""
    if age is None:
        return ""
    if age < spec.live.label_delay:
        return f"after {spec.live.label_delay} days (`label_delay`)"
    usual = usual_share(age, earlier)
    if usual is None or share >= AS_USUAL * usual:
        return ""
    return f"when there are as many as usual at that age, for {usual:.0%} of rows"


def usual_share(age: int, earlier: Iterable[PerformanceFacts]) -> float | None:
    """The median share of labelled rows of days reported at least `age` days later.

    None if fewer than three are known.
    """
    from statistics import median

    shares = [
        it.labelled_rows / it.rows
        for it in earlier
        if it.rows and it.label_age is not None and it.label_age >= age
    ]
    return median(shares) if len(shares) >= FEWEST_DAYS else None


def _gap(name: str, role: Role, labelled: pd.Series, rest: pd.Series) -> Gap:
    return (_of_numbers if role == "numeric" else _of_classes)(name, labelled, rest)


def _of_numbers(name: str, labelled: pd.Series, rest: pd.Series) -> Gap:
    from scipy.stats import ks_2samp

    found = ks_2samp(labelled, rest, method="asymp")
    with_label, without = labelled.mean(), rest.mean()
    side = "high" if with_label > without else "low"
    words = f"{name} {with_label:.3g} on average, {without:.3g} without a label"
    return Gap(float(found.statistic), float(found.pvalue), f"mostly for {side} scores ({words})")


def _of_classes(name: str, labelled: pd.Series, rest: pd.Series) -> Gap:
    import pandas as pd
    from scipy.stats import chi2_contingency

    counts = pd.DataFrame(
        {side: to_text(it).value_counts() for side, it in (("with", labelled), ("without", rest))}
    ).fillna(0)
    shares = counts / counts.sum()
    apart = shares["with"] - shares["without"]
    more = apart.idxmax()
    p_value = chi2_contingency(counts).pvalue if len(counts) > 1 else 1.0
    words = f"{shares['with'][more]:.0%}, {shares['without'][more]:.0%} without a label"
    return Gap(float(apart.max()), float(p_value), f"mostly for the {name} {more} ({words})")
