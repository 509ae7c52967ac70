"""A metric with its 95 % confidence interval, and the difference of two models in one."""

from __future__ import annotations

from math import floor, isfinite, log10

from pydantic import BaseModel, ConfigDict, Field


class Metric(BaseModel):
    """A metric on a holdout. NaN if undefined, such as precision without predicted positives."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    value: float = Field(description="Point estimate on the holdout.")
    low: float = Field(description="Lower end of the 95 % percentile bootstrap interval.")
    high: float = Field(description="Upper end of that interval.")
    support: int = Field(description="Number of rows (or pairs, or slates) the metric is based on.")


class Difference(Metric):
    """Candidate minus production on the same rows, signed so that positive is better."""

    metric: str
    lower_95: float = Field(
        description="One-sided lower bound: the difference exceeds it in 95 % of the resamples."
    )


UNDEFINED = "undefined"


def written(value: float, low: float, high: float) -> tuple[str, str]:
    """Format a metric's value and interval: `0.812` and `[0.801, 0.825]`.

    With as many decimals as the interval can tell apart. An exact value has no interval, and a
    whole number is formatted as a count: `46,159`. NaN is what rows do not define, such as the
    precision of a class that is never predicted.
    """
    if value != value:
        return UNDEFINED, ""
    if low < high:
        digits = decimals(low, high)
        return f"{value:,.{digits}f}", f"[{low:,.{digits}f}, {high:,.{digits}f}]"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.4f}", ""


def decimals(low: float, high: float) -> int:
    """Decimals that show the width of an interval with two digits, at most 6."""
    width = high - low
    if not (isfinite(width) and width > 0):
        return 4
    return min(6, max(0, 1 - floor(log10(width))))


def exact(value: float, support: int) -> Metric:
    """A metric without uncertainty, such as a count."""
    return Metric(value=value, low=value, high=value, support=support)
