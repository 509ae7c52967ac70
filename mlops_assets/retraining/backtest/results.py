"""What a backtest shows: each policy's quality over days, what it cost, and how they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from math import nan, sqrt
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.retraining.backtest.records import PlayedDay
from mlops_assets.tasks.metrics.metric import decimals, written

if TYPE_CHECKING:
    import numpy as np

BLOCK_DAYS = 7
FEWEST_DAYS_IN_WEEKS = 2 * BLOCK_DAYS
RESAMPLES = 2_000
BLIND = ("inconclusive", "outage")


class OverDays(BaseModel):
    """A mean over days with its 95 % interval, which allows for days that resemble each other."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    value: float
    low: float
    high: float

    def text(self, *, sign: bool = False) -> str:
        """`0.812 [0.801, 0.825]`, with a sign for a difference."""
        if self.low == self.high == 0:
            return "same" if sign else "0"
        value, interval = written(self.value, self.low, self.high)
        return f"{'+' if sign and self.value > 0 else ''}{value} {interval}".strip()


class PolicyResult(BaseModel):
    """One policy over all days. A higher difference is better for every metric."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    policy: str
    quality: OverDays = Field(description="The mean of the metric over the days that have it.")
    against: dict[str, OverDays] = Field(description="How much better than each other policy.")
    retrains: int
    outcomes: dict[str, int]
    alerts: dict[str, int]
    drifted_days: int
    blind_days: int = Field(description="Days that the loop could not judge.")
    seconds: float = Field(description="CPU time of retrains and of the daily work.")

    @property
    def promoted(self) -> int:
        """Retrains whose version went into production."""
        return self.outcomes.get("promoted", 0)


class Backtest(BaseModel):
    """The policies side by side, in the order in which they were named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    metric: str
    first: date
    last: date
    days: int = Field(description="Days on which every policy has the metric.")
    results: list[PolicyResult]

    def of(self, policy: str) -> PolicyResult | None:
        """The result of a policy; None if it was not tried."""
        return next((it for it in self.results if it.policy == policy), None)

    def sentences(self) -> list[str]:
        """What each policy brought and cost, beside never and nightly, a sentence each."""
        return [self._sentence(it) for it in self.results if it.policy != "never"]

    def _sentence(self, it: PolicyResult) -> str:
        parts = [f"{it.policy}: {_counted(it.retrains, 'retrain')} ({it.promoted} promoted)"]
        if never := it.against.get("never"):
            parts.append(f"{self.metric} {_better(never, 'without retrains')}")
        nightly = self.of("nightly")
        if nightly and nightly is not it and nightly.seconds:
            cost = f"at {it.seconds / nightly.seconds:.0%} of its cost"
            parts.append(f"{_better(it.against['nightly'], 'nightly')} {cost}")
        return ", ".join(parts)


def compare(
    model: str, metric: str, played: Mapping[str, Sequence[PlayedDay]], *, lower_is_better: bool
) -> Backtest:
    """Compare the policies on the days on which all of them have the metric."""
    import numpy as np

    table = {
        name: [nan if it.value is None else it.value for it in days]
        for name, days in played.items()
    }
    values = np.array(list(table.values()), dtype="float64")
    shared = values[:, ~np.isnan(values).any(axis=0)]
    series = dict(zip(table, shared, strict=True))
    sign = -1 if lower_is_better else 1
    results = [_result(name, days, series, sign) for name, days in played.items()]
    every = next(iter(played.values()))
    ends = {"first": every[0].day, "last": every[-1].day, "days": shared.shape[1]}
    return Backtest(model=model, metric=metric, results=results, **ends)


def over_days(values: np.ndarray, seed: int = 0) -> OverDays:
    """The mean of (days,) values; blocks of a week are drawn together (Künsch 1989).

    NaN without days; with fewer than two blocks the interval is that of independent days.
    """
    import numpy as np

    count = len(values)
    if count == 0:
        return OverDays(value=nan, low=nan, high=nan)
    mean = float(values.mean())
    if count < FEWEST_DAYS_IN_WEEKS:
        half = 1.96 * float(values.std(ddof=1)) / sqrt(count) if count > 1 else nan
        return OverDays(value=mean, low=mean - half, high=mean + half)
    blocks = np.lib.stride_tricks.sliding_window_view(values, BLOCK_DAYS).mean(axis=1)
    chosen = np.random.default_rng(seed).integers(
        len(blocks), size=(RESAMPLES, count // BLOCK_DAYS)
    )
    low, high = np.percentile(blocks[chosen].mean(axis=1), [2.5, 97.5])
    return OverDays(value=mean, low=float(low), high=float(high))


def _result(
    name: str, days: Sequence[PlayedDay], series: Mapping[str, np.ndarray], sign: int
) -> PolicyResult:
    own = series[name]
    retrains = [it for day in days for it in day.retrains]
    verdicts = Counter(day.verdict for day in days)
    return PolicyResult(
        policy=name,
        quality=over_days(own),
        against={
            other: over_days(sign * (own - values))
            for other, values in series.items()
            if other != name
        },
        retrains=len(retrains),
        outcomes=dict(Counter(it.outcome for it in retrains)),
        alerts=dict(Counter(kind for day in days for kind in day.alerts)),
        drifted_days=verdicts["drift"],
        blind_days=sum(verdicts[it] for it in BLIND),
        seconds=sum(day.seconds for day in days),
    )


def _better(difference: OverDays, other: str) -> str:
    if difference.low == difference.high == 0:
        return f"the same as {other}"
    digits = decimals(difference.low, difference.high)
    word = "better" if difference.value >= 0 else "worse"
    ends = f"[{difference.low:+z.{digits}f}, {difference.high:+z.{digits}f}]"
    return f"{abs(difference.value):.{digits}f} {word} {ends} than {other}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
