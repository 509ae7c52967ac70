"""Gates: named bounds on metrics, and the verdict that promotion obeys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, isnan

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mlops_assets.core.columns import Task, nearest
from mlops_assets.core.errors import InputError
from mlops_assets.core.metrics import Difference, Metric
from mlops_assets.core.verdict import GateResult, Verdict

__all__ = ["BeatsProduction", "Bound", "GateResult", "Gates", "Verdict", "judge"]

BEATS_PRODUCTION = "beats_production"
HEADLINES: Mapping[Task, tuple[str, ...]] = {
    "classification": ("roc_auc", "accuracy"),
    "regression": ("r2",),
    "deduplication": ("f1_score",),
}
# Every other metric is taken for a share (or a difference of shares) when its bound is in [0, 1].
NOT_SHARES = frozenset({"log_loss", "mae", "rmse", "r2"})
MINIMUM_ROWS = 30
"""What a gate needs whose metric is no share: below it a bootstrap interval means little."""


class Bound(BaseModel):
    """What a metric must reach: at least `min`, at most `max`."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    min: float | None = Field(default=None, description="The smallest value that passes.")
    max: float | None = Field(default=None, description="The greatest value that passes.")
    resolution: float = Field(
        default=0.1,
        gt=0,
        lt=1,
        description="Half-width of the 95 % interval, at the bound, that the holdout must allow.",
    )

    @model_validator(mode="after")
    def _bounds_something(self) -> Bound:
        if self.min is None and self.max is None:
            raise InputError(
                seen="a gate without a bound",
                expected="min, max or both, such as {min: 0.85}",
                todo="give the bound, or remove the gate",
            )
        if self.min is not None and self.max is not None and self.min > self.max:
            raise InputError(
                seen=f"min {self.min:g} is above max {self.max:g}: nothing can pass",
                expected="min below max",
                todo="correct one of the two",
            )
        return self

    def __str__(self) -> str:
        """`>= 0.85`, `<= 0.1`, or both."""
        ends = ((">=", self.min), ("<=", self.max))
        return " and ".join(f"{sign} {end:g}" for sign, end in ends if end is not None)


class BeatsProduction(BaseModel):
    """The new version may not be worse than the one that serves, on the same holdout."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    metric: str | None = Field(
        default=None, description="What to compare; default: the first of roc_auc, accuracy and r2."
    )
    tolerance: float = Field(
        default=0.01,
        ge=0,
        description="How much worse the lower 95 % bound of the difference may be, in its unit.",
    )


class Gates(BaseModel):
    """The gates of defs.yaml: `{roc_auc: {min: 0.85}, beats_production: {tolerance: 0.01}}`.

    `beats_production` holds even where the YAML does not name it, so no verdict is empty.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Bound]  # pyright: ignore[reportIncompatibleVariableOverride]

    beats_production: BeatsProduction = BeatsProduction()

    @property
    def bounds(self) -> dict[str, Bound]:
        """Each gated metric with its bound, in the order the YAML gives them."""
        return dict(self.__pydantic_extra__)

    def compared_metric(self, metrics: Iterable[str], task: Task) -> str | None:
        """What `beats_production` compares: the named metric, else the task's headline.

        The headline is the first of roc_auc and accuracy, or r2, that is among `metrics`; else
        the first of `metrics`; None where there is none.
        """
        names = list(metrics)
        headline = next((name for name in (*HEADLINES[task], *names) if name in names), None)
        return self.beats_production.metric or headline


@dataclass(frozen=True)
class NoRival:
    """Why there is no version to beat, or nothing to beat it by; the gate then passes."""

    why: str = "no production version yet"


def judge(
    gates: Gates,
    metrics: Mapping[str, Metric],
    rival: Difference | str | NoRival,
    *,
    task: Task,
) -> list[GateResult]:
    """The result of every bound, then of `beats_production`.

    `rival` is the difference to the version that serves, or why that one could not be scored on
    this holdout (which fails), or that there is none to beat (which passes). A bound compares
    the value itself; its interval is shown beside it. NaN, a metric that was not computed and a
    holdout too small for the gate's resolution fail.
    """
    results = [judge_bound(name, bound, metrics) for name, bound in gates.bounds.items()]
    metric = gates.compared_metric(metrics, task)
    return [*results, judge_rival(metric, gates.beats_production.tolerance, rival)]


def judge_bound(name: str, bound: Bound, metrics: Mapping[str, Metric]) -> GateResult:
    """Whether the metric's value is within its bound and counts on enough rows."""
    limits = {"gate": name, "bound": str(bound), "min": bound.min, "max": bound.max}
    metric = metrics.get(name)
    if metric is None:
        known = list(metrics)
        reason = f"not computed; there are {known}{nearest(name, known)}"
        return GateResult(**limits, passed=False, reason=reason)
    problems = [*_out_of_bound(bound, metric.value), *_too_few_rows(name, bound, metric.support)]
    return GateResult(
        **limits,
        value=metric.value,
        low=metric.low,
        high=metric.high,
        passed=not problems,
        reason=", and ".join(problems) or f"{metric.value:.4g} on {metric.support} rows",
    )


def judge_rival(
    metric: str | None, tolerance: float, rival: Difference | str | NoRival
) -> GateResult:
    """Whether the lower 95 % bound of (candidate - production) is at least -tolerance.

    The result's `low` is that one-sided bound. Fewer than 30 rows tell nothing and fail.
    """
    name = rival.metric if isinstance(rival, Difference) else metric
    limits = {
        "gate": BEATS_PRODUCTION,
        "bound": f"lower bound of the {name} difference >= {-tolerance:g}",
        "min": -tolerance,
    }
    if isinstance(rival, NoRival):
        return GateResult(**limits, passed=True, reason=rival.why)
    if isinstance(rival, str):
        return GateResult(**limits, passed=False, reason=rival)
    problems = []
    if not rival.lower_95 >= -tolerance:  # NaN is not
        problems.append(f"may be worse by {-rival.lower_95:.4g}, {tolerance:g} is tolerated")
    if rival.support < MINIMUM_ROWS:
        problems.append(f"{rival.support} rows counted, {MINIMUM_ROWS} needed to compare")
    return GateResult(
        **limits,
        value=rival.value,
        low=rival.lower_95,
        high=rival.high,
        passed=not problems,
        reason=", and ".join(problems) or f"{rival.value:+.4g} {name} on {rival.support} rows",
    )


def rows_needed(name: str, end: float, resolution: float) -> int:
    """Rows that tell `end` from a value `resolution` away.

    For a share b this is where the half-width of its 95 % interval, 1.96 √(b (1 - b) / n), equals
    `resolution`; but at least 3 / resolution (the rule of three), because near 0 and 1 that
    formula asks for next to nothing. For any other metric it is 30.
    """
    if name in NOT_SHARES or not 0 <= end <= 1:
        return MINIMUM_ROWS
    variance = 3.84 * end * (1 - end) / resolution**2
    return ceil(round(max(variance, 3 / resolution), 6))


def _out_of_bound(bound: Bound, value: float) -> list[str]:
    if isnan(value):
        return ["undefined on this holdout (NaN)"]
    if bound.min is not None and value < bound.min:
        return [f"{value:.6g} is below {bound.min:g}"]
    if bound.max is not None and value > bound.max:
        return [f"{value:.6g} is above {bound.max:g}"]
    return []


def _too_few_rows(name: str, bound: Bound, rows: int) -> list[str]:
    ends = [(bound.min, -bound.resolution), (bound.max, bound.resolution)]
    needs = [
        (rows_needed(name, end, bound.resolution), end, end + step)
        for end, step in ends
        if end is not None
    ]
    needed, end, other = max(needs)
    if rows >= needed:
        return []
    return [f"{rows} rows counted, {needed} needed to tell {end:g} from {other:g}"]
