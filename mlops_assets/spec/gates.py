"""The quality gates that a version must pass: `gates:` in defs.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mlops_assets.errors import InputError
from mlops_assets.spec.data_gates import DataGates
from mlops_assets.tasks.base import Task

BEATS_PRODUCTION = "beats_production"
DOCUMENTATION = "documentation"


# Any other metric counts as a share (or a difference of shares) if its bound is within [0, 1].
NOT_SHARES = frozenset({"log_loss", "mae", "rmse", "r2"})
NOT_SHARES |= {f"{name}_difference" for name in ("mean_prediction", "mean_error", "mae")}


MINIMUM_ROWS = 30
"""Rows needed to gate a metric that is not a share: a bootstrap of fewer rows means little."""


def _is_absent(value: object) -> bool:
    """Left out of what is stored, so that gates without it are those of earlier verdicts."""
    return value is None


def _is_better(value: object) -> bool:
    """The default is left out of what is stored for the same reason."""
    return value == "better"


class Limits(BaseModel):
    """Limits of a number: at least `min`, at most `max`, or both."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    min: float | None = Field(default=None, description="The lowest value that passes.")
    max: float | None = Field(default=None, description="The highest value that passes.")

    @property
    def is_open(self) -> bool:
        """Whether every number is within it."""
        return self.min is None and self.max is None

    @model_validator(mode="after")
    def _something_can_pass(self) -> Limits:
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


class EndLimits(Limits):
    """Limits of one end of a metric's 95 % interval."""

    @model_validator(mode="after")
    def _limits_something(self) -> EndLimits:
        if self.is_open:
            raise _without_bound("an end of an interval without a bound", "{low: {min: 0}}")
        return self


class Bound(Limits):
    """The bound on a metric, on an end of its 95 % interval, or on several of them."""

    low: EndLimits | None = Field(
        default=None,
        description="Bound on the lower end of the 95 % interval, such as {min: 0}: the metric is "
        "above it beyond doubt.",
        exclude_if=_is_absent,
    )
    high: EndLimits | None = Field(
        default=None,
        description="Bound on the upper end of the 95 % interval.",
        exclude_if=_is_absent,
    )
    resolution: float = Field(
        default=0.1,
        gt=0,
        lt=1,
        description="Required precision: the widest half-width of the 95 % confidence interval at "
        "the bound, in the metric's unit. The gate fails if the holdout has too few rows for it.",
    )

    @property
    def ends(self) -> dict[Literal["low", "high"], EndLimits]:
        """The bounds on the ends of the interval."""
        return {
            **({"low": self.low} if self.low else {}),
            **({"high": self.high} if self.high else {}),
        }

    @model_validator(mode="after")
    def _bounds_something(self) -> Bound:
        if self.is_open and not self.ends:
            raise _without_bound("a gate without a bound", "{min: 0.85}")
        return self


def _without_bound(seen: str, example: str) -> InputError:
    return InputError(
        seen=seen,
        expected=f"min, max or both, such as {example}",
        todo="add a bound, or remove the gate",
    )


class BeatsProduction(BaseModel):
    """The gate that a new version is not worse than the production version on the same holdout.

    With a `timestamp`, on the newest held-out days that tell, else on all held-out rows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    metric: str | None = Field(
        default=None,
        description="The metric to compare. Default: the headline metric of the task, such as "
        "roc_auc, accuracy, r2 or f1_score.",
    )
    tolerance: float = Field(
        default=0.01,
        ge=0,
        description="How much worse than production the version may be, in the metric's unit: how "
        "far below zero the lower end of the 95 % interval of the difference may lie.",
    )
    unresolved: Literal["better", "reject"] = Field(
        default="better",
        description="Where all held-out rows cannot tell a difference of `tolerance` from chance. "
        "better: the version passes if it measured at least as good as production. reject: it "
        "fails.",
        exclude_if=_is_better,
    )


class WinsExperiment(BaseModel):
    """The gate that a version won its experiment against the production version."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    margin: float = Field(
        default=0.0,
        ge=0,
        description="How much better than production the version must be, in the metric's unit: "
        "the lower end of the 95 % confidence sequence must be above it.",
    )


class Gates(BaseModel):
    """The gates of defs.yaml: `{roc_auc: {min: 0.85}, beats_production: {tolerance: 0.01}}`.

    `beats_production` always applies, even if the YAML omits it, so no verdict is empty.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Bound]  # pyright: ignore[reportIncompatibleVariableOverride]

    beats_production: BeatsProduction = Field(
        default=BeatsProduction(),
        description="The new version must not be worse than the production version on the same "
        "holdout. Always applies.",
    )
    data: DataGates | None = Field(
        default=None,
        description="Bounds on the data, such as {missing_rate: {max: 0.05}}: gates of every "
        "version, and what `data_profile` warns at.",
    )
    documentation: Literal["complete"] | None = Field(
        default=None,
        description="complete: `description`, `owner` and, in `card`, `intended_use` and `limits` "
        "must be filled in.",
    )
    wins_experiment: WinsExperiment | None = Field(
        default=None,
        exclude=True,  # no part of a verdict: an evaluation cannot judge it
        description="The version must win the experiment of `serving` before it is promoted. "
        "Judged at the promotion, not by `evaluation`; a first version needs no experiment.",
    )

    @property
    def bounds(self) -> dict[str, Bound]:
        """The bound of each gated metric, in the order of the YAML."""
        return dict(self.__pydantic_extra__)

    @property
    def data_bounds(self) -> dict[str, float]:
        """The bound on each gated quality of the data."""
        return self.data.bounds if self.data else {}

    def compared_metric(self, metrics: Iterable[str], task: Task) -> str | None:
        """The metric that `beats_production` compares: the configured one, else the headline.

        None if `metrics` is empty and none is configured.
        """
        return self.beats_production.metric or task.headline(list(metrics))


def rows_needed(name: str, end: float, resolution: float) -> int:
    """Number of rows needed to tell `end` from a value `resolution` away.

    For a share b this is where the half-width of its 95 % interval, 1.96 √(b (1 - b) / n), equals
    `resolution`; but at least 3 / resolution (the rule of three), because near 0 and 1 the
    formula yields almost no rows. For any other metric it is 30.
    """
    if name.partition("/")[0] in NOT_SHARES or not 0 <= end <= 1:
        return MINIMUM_ROWS
    variance = 3.84 * end * (1 - end) / resolution**2
    return ceil(round(max(variance, 3 / resolution), 6))
