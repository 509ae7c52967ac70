"""Judge metrics by their gates: named bounds that decide whether a version may be promoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, isnan, log10
from types import MappingProxyType
from typing import Any, Literal

from mlops_assets.data.profile.quality import Quality
from mlops_assets.evaluation.newest_first import Comparison
from mlops_assets.evaluation.verdict import GateResult
from mlops_assets.features.columns import nearest
from mlops_assets.spec.gates import (
    BEATS_PRODUCTION,
    DOCUMENTATION,
    MINIMUM_ROWS,
    BeatsProduction,
    Bound,
    Gates,
    Limits,
    rows_needed,
)
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.metrics.metric import Metric, decimals, written

End = Literal["low", "high"]
WORDS: dict[End, str] = {"low": "lower", "high": "upper"}


@dataclass(frozen=True)
class NoChampion:
    """The reason why there is no production version to compare with; the gate then passes."""

    why: str = "no production version yet"


def judge(
    gates: Gates,
    metrics: Mapping[str, Metric],
    champion: Comparison | str | NoChampion,
    *,
    task: Task,
    data: Mapping[str, Quality] = MappingProxyType({}),
    undocumented: Sequence[str] = (),
) -> list[GateResult]:
    """Judge every bound, those on the data, the documentation, then `beats_production`.

    `data` has each quality of the data that is gated, `undocumented` what defs.yaml does not say.
    `champion` is the difference to the production version, or the reason why it could not be
    scored on this holdout (fails), or `NoChampion` if there is none to beat (passes). A bound
    applies to the value itself, or to the end of its interval that it names. NaN, a metric that was
    not computed and a holdout too small for the gate's resolution fail.
    """
    results = [it for name, bound in gates.bounds.items() for it in judge_all(name, bound, metrics)]
    results += [judge_data(name, most, data[name]) for name, most in gates.data_bounds.items()]
    results += [judge_documentation(undocumented)] if gates.documentation else []
    metric = gates.compared_metric(metrics, task)
    return [*results, judge_champion(metric, gates.beats_production, champion)]


def judge_all(name: str, bound: Bound, metrics: Mapping[str, Metric]) -> list[GateResult]:
    """Judge a metric's value, then the ends of its interval, as far as they are bounded."""
    value = [] if bound.is_open else [judge_bound(name, bound, metrics)]
    return value + [judge_end(name, end, limits, metrics) for end, limits in bound.ends.items()]


def judge_end(name: str, end: End, bound: Limits, metrics: Mapping[str, Metric]) -> GateResult:
    """Judge whether an end of a metric's 95 % interval is within its bound.

    The interval has the uncertainty of the rows in it; fewer than 30 are too few for one.
    """
    limits = {
        "gate": f"{name}.{end}",
        "bound": f"{WORDS[end]} end of the interval {bound}",
        "min": bound.min,
        "max": bound.max,
        "end": end,
    }
    metric = metrics.get(name)
    if metric is None:
        return _not_computed(name, limits, metrics)
    number = {"low": metric.low, "high": metric.high}[end]
    problems = out_of_bound(bound, number)
    if metric.support < MINIMUM_ROWS:
        problems.append(f"{metric.support} rows counted, {MINIMUM_ROWS} needed for an interval")
    return GateResult(
        **limits,
        value=metric.value,
        low=metric.low,
        high=metric.high,
        passed=not problems,
        reason=", and ".join(problems)
        or f"{number:.4g}, with {_written(metric)} measured, on {metric.support} rows",
    )


def _not_computed(name: str, limits: dict[str, Any], metrics: Mapping[str, Metric]) -> GateResult:
    computed = list(metrics)
    reason = f"not computed; there are {computed}{nearest(name, computed)}"
    return GateResult(**limits, passed=False, reason=reason)


def judge_bound(name: str, bound: Bound, metrics: Mapping[str, Metric]) -> GateResult:
    """Judge whether a metric is within its bound and was computed on enough rows."""
    limits = {"gate": name, "bound": str(bound), "min": bound.min, "max": bound.max}
    metric = metrics.get(name)
    if metric is None:
        return _not_computed(name, limits, metrics)
    problems = [*out_of_bound(bound, metric.value), *_too_few_rows(name, bound, metric.support)]
    return GateResult(
        **limits,
        value=metric.value,
        low=metric.low,
        high=metric.high,
        passed=not problems,
        reason=", and ".join(problems) or f"{_written(metric)} on {metric.support} rows",
    )


def judge_data(name: str, most: float, found: Quality) -> GateResult:
    """Judge a quality of the data, which is counted, not estimated: it has no interval."""
    return GateResult(
        gate=name,
        bound=f"<= {most:g}",
        max=most,
        value=found.value,
        low=found.value,
        high=found.value,
        passed=found.value <= most,
        reason=found.observed,
    )


def judge_documentation(undocumented: Sequence[str]) -> GateResult:
    """Judge whether people have filled in what a complete documentation needs."""
    return GateResult(
        gate=DOCUMENTATION,
        bound="complete",
        value=None,
        low=None,
        high=None,
        passed=not undocumented,
        reason=f"defs.yaml lacks {', '.join(undocumented)}" if undocumented else "filled in",
    )


def judge_champion(
    metric: str | None, gate: BeatsProduction, champion: Comparison | str | NoChampion
) -> GateResult:
    """Judge whether the lower 95 % bound of (candidate - production) is at least -tolerance.

    The result's `low` is that one-sided bound. Where all held-out rows cannot tell a difference of
    `tolerance` from chance, the measured difference is judged instead, unless the gate says
    otherwise: it must be at least 0. Fewer than 30 rows are too few and fail.
    """
    if isinstance(champion, Comparison):
        return _judge_difference(gate, champion)
    return GateResult(
        gate=BEATS_PRODUCTION,
        bound=f"lower bound of the {metric} difference >= {-gate.tolerance:g}",
        value=None,
        low=None,
        high=None,
        min=-gate.tolerance,
        passed=isinstance(champion, NoChampion),
        reason=champion.why if isinstance(champion, NoChampion) else champion,
    )


def _judge_difference(gate: BeatsProduction, found: Comparison) -> GateResult:
    within = found.lower_95 >= -gate.tolerance  # False for NaN, like all that follows
    wide = found.value - found.lower_95 > gate.tolerance and found.high >= -gate.tolerance
    unresolved = wide and not within
    measured = unresolved and gate.unresolved == "better"
    problems = []
    if not (within or (measured and found.value >= 0)):
        tolerated = f"{gate.tolerance:g} is tolerated, on {_rows(found)}"
        problems.append(f"may be worse by {-found.lower_95:.4g}, {tolerated}")
    if found.support < MINIMUM_ROWS:
        problems.append(f"{found.support} rows counted, {MINIMUM_ROWS} needed to compare")
    least = 0 if measured else -gate.tolerance
    reason = ", and ".join(problems) or _at_least(found)
    return GateResult(
        gate=BEATS_PRODUCTION,
        bound=f"{'measured' if measured else 'lower bound of the'} {found.metric} difference "
        f">= {least:g}",
        min=least,
        end="value" if measured else None,
        value=found.value,
        low=found.lower_95,
        high=found.high,
        passed=not problems,
        reason=f"{reason}; {_unresolved(gate, found)}" if unresolved else reason,
    )


def _unresolved(gate: BeatsProduction, found: Comparison) -> str:
    """What would tell: `±0.03 at 400 rows: 0.01 needs about 3,600 rows, or tolerance: 0.03`."""
    half = found.value - found.lower_95
    unit = 10.0 ** (floor(log10(half)) - 1)
    ways = [f"`tolerance: {ceil(round(half / unit, 6)) * unit:.6g}`"]
    if gate.tolerance:
        needed = _two_digits(found.support * (half / gate.tolerance) ** 2)
        ways.insert(0, f"{gate.tolerance:g} needs about {needed} held-out rows")
    then = ", so what was measured decides" if gate.unresolved == "better" else ""
    return f"±{half:.2g} at {found.support:,} rows: {', or '.join(ways)}{then}"


def _two_digits(number: float) -> str:
    return f"{float(f'{number:.2g}'):,.0f}"


def _rows(found: Comparison) -> str:
    return found.on or f"{found.support} rows"


def _written(metric: Metric) -> str:
    value, _ = written(metric.value, metric.low, metric.high)
    return value


def _at_least(champion: Comparison) -> str:
    """The bound that is judged, then the estimate: `-0.0012 at worst, +0.0039 measured, …`."""
    digits = decimals(champion.low, champion.high)
    worst, measured = (f"{it:+z.{digits}f}" for it in (champion.lower_95, champion.value))
    return f"{worst} at worst, {measured} measured, on {_rows(champion)}"


def out_of_bound(bound: Limits, value: float) -> list[str]:
    """Why the value is not within the bound, as one text; empty if it is."""
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
