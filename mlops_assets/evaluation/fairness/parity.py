"""How far a rate differs between groups: signed differences, the largest one, and its test."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.evaluation.chance import group_p_value, holm
from mlops_assets.evaluation.fairness.groups import Groups
from mlops_assets.evaluation.fairness.records import GroupValue, Parity
from mlops_assets.tasks.base import GroupRate
from mlops_assets.tasks.metrics.bootstrap import count_chunks, percentile
from mlops_assets.tasks.metrics.classification import ratio
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    import numpy as np

RESAMPLES = 400


class Draws(NamedTuple):
    """The resamples of one rate in the groups of one column; the first are the rows as they are."""

    rates: np.ndarray  # (1 + resamples, groups)
    counted: np.ndarray  # (groups,) the rows that count


def compare_groups(
    rates: Sequence[GroupRate], columns: Sequence[Groups], *, least: int, seed: int
) -> list[Parity]:
    """Compare every rate between the groups of every column.

    Groups of which fewer than `least` rows count for a rate are not judged by it.
    """
    pairs = [(groups, rate) for groups in columns for rate in rates]
    drawn = resampled_rates(pairs, seed)
    tested = [
        _p_value(groups, rate, it.counted >= least, seed)
        for (groups, rate), it in zip(pairs, drawn, strict=True)
    ]
    corrected = holm(tested)
    return [
        _parity(groups, rate, it, it.counted >= least, p_value)
        for (groups, rate), it, p_value in zip(pairs, drawn, corrected, strict=True)
    ]


def resampled_rates(pairs: Sequence[tuple[Groups, GroupRate]], seed: int) -> list[Draws]:
    """Resample the rows once for all rates, columns and groups.

    The same seed and number of rows give the same resamples, also for rates of another model.
    """
    import numpy as np
    from scipy.sparse import hstack

    if not pairs:
        return []
    parts, wholes = zip(*(_sums(*pair) for pair in pairs), strict=True)
    part, whole, rows = hstack(parts, "csr"), hstack(wholes, "csr"), len(pairs[0][0].codes)
    chunks = [ratio(it @ part, it @ whole) for it in count_chunks(rows, RESAMPLES, seed)]
    ends = np.cumsum([len(groups.names) for groups, _ in pairs])[:-1]
    counted = np.split(np.asarray(whole.sum(axis=0)).ravel(), ends)
    drawn = np.split(np.concatenate(chunks), ends, axis=1)
    return [Draws(*it) for it in zip(drawn, counted, strict=True)]


def _sums(groups: Groups, rate: GroupRate):
    """Sparse matrices (n, groups) that sum a rate's values, and its rows, per group."""
    import numpy as np
    from scipy.sparse import csr_array

    rows, shape = np.flatnonzero(rate.counted), (len(rate.counted), len(groups.names))
    place = (rows, groups.codes[rows])
    ones = np.ones(len(rows))
    return csr_array((rate.values[rows], place), shape), csr_array((ones, place), shape)


def _p_value(groups: Groups, rate: GroupRate, judged: np.ndarray, seed: int) -> float | None:
    """Of the counted rows of the judged groups; None if there are fewer than two groups."""
    if judged.sum() < 2:
        return None
    kept = rate.counted & judged[groups.codes]
    return group_p_value(rate.values[kept], groups.codes[kept], seed=seed)


def _parity(
    groups: Groups, rate: GroupRate, drawn: Draws, judged: np.ndarray, p_value: float | None
) -> Parity:
    against = groups.reference if judged[groups.reference] else None
    values = [
        GroupValue(
            group=name,
            judged=bool(judged[at]),
            rate=_metric(drawn.rates[:, at], drawn.counted[at]),
            difference=None
            if against in (None, at) or not judged[at]
            else _metric(
                drawn.rates[:, at] - drawn.rates[:, against],
                min(drawn.counted[at], drawn.counted[against]),
            ),
        )
        for at, name in enumerate(groups.names)
    ]
    return Parity(
        column=groups.column,
        name=rate.difference,
        rate=rate.name,
        meaning=rate.meaning,
        reference=groups.names[groups.reference],
        groups=tuple(values),
        largest=largest_difference(drawn, judged),
        p_value=p_value,
    )


def _metric(draws: np.ndarray, support: float) -> Metric:
    low, high = percentile(draws, 2.5), percentile(draws, 97.5)
    return Metric(value=float(draws[0]), low=low, high=high, support=int(support))


def largest_difference(drawn: Draws, judged: np.ndarray) -> Metric:
    """The largest difference of two judged groups, with an interval that can contain 0.

    Resampled largest differences are never 0, and too large. So every pair gets an interval of as
    many standard errors as all pairs together need to be right in 95 % of the resamples (the max-t
    method); the largest difference is between the largest of their lower and of their upper ends.
    """
    import numpy as np

    rates, support = drawn.rates[:, judged], int(min(drawn.counted[judged], default=0))
    if rates.shape[1] < 2:
        return Metric(value=nan, low=nan, high=nan, support=support)
    ordered = rates[:, np.argsort(-rates[0], kind="stable")]
    pairs = [_pair_differences(ordered, at) for at in range(ordered.shape[1] - 1)]
    value, error, _ = (np.concatenate(it) for it in zip(*pairs, strict=True))
    margin = error * float(np.nanpercentile(np.nanmax([it[2] for it in pairs], axis=0), 95))
    return Metric(
        value=float(value.max()),
        low=max(0.0, float((value - margin).max())),
        high=float((value + margin).max()),
        support=support,
    )


def _pair_differences(ordered: np.ndarray, at: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The differences of group `at` to all that come after it, which have lower rates.

    Each with its standard error, and the largest deviation in every resample, in standard errors.
    """
    import numpy as np

    drawn = ordered[:, [at]] - ordered[:, at + 1 :]
    error = np.nanstd(drawn[1:], axis=0)
    deviation = abs(drawn[1:] - drawn[0]) / np.where(error > 0, error, np.inf)
    return drawn[0], error, np.nanmax(deviation, axis=1)
