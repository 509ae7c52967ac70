"""The differences between groups, and the metrics that gates bound."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.evaluation.chance import LEVEL
from mlops_assets.tasks.metrics.metric import Metric


class GroupValue(BaseModel):
    """The rate of one group."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: str
    judged: bool = Field(description="Whether enough of its rows count to judge it.")
    rate: Metric
    difference: Metric | None = Field(
        description="Its rate minus that of the reference group; None for that group itself, or "
        "if one of the two is too small to judge."
    )


class Parity(BaseModel):
    """One rate compared between the groups of one sensitive column."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    column: str
    name: str = Field(description="Such as statistical_parity_difference.")
    rate: str = Field(description="Such as selection_rate.")
    meaning: str = Field(description="When there is no difference, in words.")
    reference: str = Field(description="The group that the others are compared with.")
    groups: tuple[GroupValue, ...] = Field(description="The largest group first.")
    largest: Metric = Field(
        description="The largest difference between two judged groups, 0 is equal; NaN if there "
        "are fewer than two. Its support is the number of rows of the smallest of them."
    )
    p_value: float | None = Field(
        description="Of a permutation test that all groups have one rate, corrected by Holm's "
        "method for every rate and column that was compared; None if there was nothing to test."
    )

    @property
    def differs(self) -> bool:
        """Whether the groups differ by more than chance explains."""
        return self.p_value is not None and self.p_value < LEVEL

    @property
    def extremes(self) -> tuple[GroupValue, GroupValue] | None:
        """The judged groups with the lowest and the highest rate; None with fewer than two."""
        judged = sorted((it for it in self.groups if it.judged), key=lambda it: it.rate.value)
        return (judged[0], judged[-1]) if len(judged) > 1 else None


def overall(parities: Sequence[Parity]) -> dict[str, Metric]:
    """Each difference as a metric: the largest over the columns; NaN if one cannot be judged.

    With several columns there is each of them, too: `statistical_parity_difference/gender`.
    """
    found: dict[str, list[Parity]] = {}
    for it in parities:
        found.setdefault(it.name, []).append(it)
    metrics = {name: max(them, key=_worst).largest for name, them in found.items()}
    several = [it for them in found.values() if len(them) > 1 for it in them]
    return metrics | {f"{it.name}/{plain_name(it.column)}": it.largest for it in several}


def _worst(parity: Parity) -> float:
    value = parity.largest.value
    return value if value == value else float("inf")


def plain_name(column: str) -> str:
    """The column as part of the name of a metric, which MLflow takes letters and few signs in."""
    return "".join(it if it.isalnum() or it in "_-. " else "_" for it in column)
