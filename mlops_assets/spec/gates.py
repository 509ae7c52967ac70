"""What a version must reach: `gates:` in defs.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Task

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
