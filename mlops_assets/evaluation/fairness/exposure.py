"""Which share of the attention each group gets in ranked lists, compared with its fair share."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.evaluation.fairness.groups import Groups
from mlops_assets.evaluation.fairness.parity import Draws, largest_difference
from mlops_assets.tasks.metrics.bootstrap import count_chunks, percentile
from mlops_assets.tasks.metrics.classification import ratio
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets.tasks.metrics.ranking import Ranked

if TYPE_CHECKING:
    import numpy as np

RESAMPLES = 400
FOUR_FIFTHS = 0.8
Among = Literal["candidates", "relevant"]
RATIOS: dict[Among, str] = {"candidates": "exposure_ratio", "relevant": "relevant_exposure_ratio"}
"""What the ratio of attention and fair share is called, as a metric."""


class GroupExposure(BaseModel):
    """What one group gets, and what would be fair."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    group: str
    judged: bool = Field(description="Whether enough of its rows count to judge it.")
    attention: float = Field(description="Its share of the attention, as a mean over the lists.")
    fair: float = Field(description="Its share of the rows that count, as a mean over the lists.")
    ratio: Metric = Field(description="The former by the latter: 1 is a fair share.")


class Exposure(BaseModel):
    """The exposure of the groups of one sensitive column."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")

    column: str
    among: Among = Field(description="Whose share is fair: of all rows, or of the relevant ones.")
    groups: tuple[GroupExposure, ...] = Field(description="The largest group first.")
    lists: int = Field(description="Ranked lists of at least two rows, one of which counts.")
    lowest: Metric = Field(
        description="The lowest ratio by the highest: 1 is equal, below 0.8 breaks the four-fifths "
        "rule; NaN with fewer than two judged groups. Its support is the rows of the smallest."
    )

    @property
    def is_judged(self) -> bool:
        """Whether there are two groups that are large enough to judge."""
        return self.lowest.value == self.lowest.value

    @property
    def differs(self) -> bool:
        """Whether the groups differ by more than chance explains, at 5 %."""
        return self.lowest.high < 1

    @property
    def breaks_rule(self) -> bool:
        """Whether the lowest ratio is below four fifths of the highest."""
        return self.lowest.value < FOUR_FIFTHS


def exposure(it: Ranked, groups: Groups, among: Among, *, least: int, seed: int) -> Exposure:
    """Compare the groups of one column, in the order of the rows of `it`.

    The attention of a row is 1 / log2(1 + rank), shared by tied rows, by that of its whole list
    (Singh & Joachims, KDD 2018, 2219-2228). Lists are resampled. Groups of which fewer than `least`
    rows count are not judged.
    """
    import numpy as np

    counts = it.gain > 0 if among == "relevant" else np.ones(len(it.gain), bool)
    attention, fair = _shares(it, groups, counts)
    rows = np.bincount(groups.codes[counts], minlength=len(groups.names))
    judged, lists = rows >= least, len(attention)
    chunks = [
        ratio(weights @ attention, weights @ fair)
        for weights in count_chunks(lists, RESAMPLES, seed)
    ]
    drawn = np.concatenate(chunks) if lists else np.full((1, len(rows)), np.nan)
    return Exposure(
        column=groups.column,
        among=among,
        groups=tuple(
            GroupExposure(
                group=name,
                judged=bool(judged[at]),
                attention=float(attention[:, at].mean()) if lists else 0.0,
                fair=float(fair[:, at].mean()) if lists else 0.0,
                ratio=_metric(drawn[:, at], int(rows[at])),
            )
            for at, name in enumerate(groups.names)
        ),
        lists=lists,
        lowest=_lowest(drawn, rows, judged),
    )


def _shares(it: Ranked, groups: Groups, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each list, (lists, groups): the share of the attention, and of the rows that count."""
    import numpy as np

    discount = 1 / np.log2(it.rank + 2)
    shared = (np.bincount(it.run, weights=discount) / it.run_sizes)[it.run]
    shape = (it.groups, len(groups.names))
    cell = it.group * shape[1] + groups.codes
    sums = [
        np.bincount(cell, weights=values, minlength=shape[0] * shape[1]).reshape(shape)
        for values in (shared, counts.astype("float64"))
    ]
    several = (np.bincount(it.group, minlength=it.groups) > 1) & (sums[1].sum(axis=1) > 0)
    kept = [table[several] for table in sums]
    return kept[0] / kept[0].sum(axis=1, keepdims=True), kept[1] / kept[1].sum(
        axis=1, keepdims=True
    )


def _metric(draws: np.ndarray, rows: int) -> Metric:
    low, high = percentile(draws, 2.5), percentile(draws, 97.5)
    return Metric(value=float(draws[0]), low=low, high=high, support=rows)


def _lowest(drawn: np.ndarray, rows: np.ndarray, judged: np.ndarray) -> Metric:
    """The largest difference of two logarithms, whose interval can contain 0, as a ratio."""
    import numpy as np

    logs = np.log(np.where(drawn > 0, drawn, np.nan))
    found = largest_difference(Draws(logs, rows), judged)
    ends = {"value": found.value, "low": found.high, "high": found.low}
    return Metric(**{name: exp(-it) for name, it in ends.items()}, support=found.support)
