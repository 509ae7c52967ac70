"""What knowing more than any loop can would bring: the same days with the version of every night.

Three ways to place as many retrains as the loop made, all without gates: by a timer; whenever what
nightly versions would have saved since the last one exceeds a bound, which only their fits tell;
and where they help the most, with all labels of the future known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.report import progress, table
from mlops_assets.kinds.base import predictions_of
from mlops_assets.retraining.backtest.history import History
from mlops_assets.retraining.backtest.results import over_days
from mlops_assets.tasks.feature_table import build_feature_table, dataset_of, side

if TYPE_CHECKING:
    from mlops_assets.kinds.base import Model

BOUNDS = np.geomspace(0.05, 50, 60)
"""Of what nightly versions would have saved, in losses of a day."""


def hindsight(history: History, days: Sequence[date], retrains: int) -> list[str]:
    """The figures of each way to place so many retrains, as a table."""
    loss = losses(history, days)
    timer = _served(loss, range(0, len(days), max(1, round(len(days) / retrains))))
    ways = {
        f"a timer, {retrains}": timer,
        "when nightly versions would have saved enough": _knowing(loss, retrains),
        "where it helps the most": _served(loss, best_places(loss, retrains)),
    }
    rows = [("placed", "loss", "better than the timer")]
    for name, found in ways.items():
        better = "" if found is timer else over_days(_known(timer - found)).text(sign=True)
        rows.append((name, over_days(_known(found)).text(), better))
    return table(rows)


def losses(history: History, days: Sequence[date]) -> np.ndarray:
    """The mean error, (versions, days): of the version of the night before `k` on day `t` >= `k`.

    NaN before, and on days without rows.
    """
    import pandas as pd
    import sklearn.ensemble  # noqa: F401 - only libraries that are loaded can be limited
    from threadpoolctl import threadpool_limits

    spec = history.spec
    rows = pd.concat([history.day(it).rows.assign(at_day=n) for n, it in enumerate(days)])
    rows = rows.reset_index(drop=True)
    dataset, day_of = spec.dataset(rows), rows["at_day"].to_numpy()
    dataset = dataset.with_target(spec.task.typed_target(rows[str(spec.target)]))
    found = np.full((len(days), len(days)), np.nan)
    with threadpool_limits(1):
        for version, day in enumerate(days):
            chosen = (day_of >= version).nonzero()[0]
            later, model = dataset.take(chosen), _fitted(history, day - timedelta(days=1))
            errors = spec.task.row_errors(later, predictions_of(model, later.features))
            found[version, version:] = _means(errors, day_of[chosen] - version, len(days) - version)
            if version % 100 == 0:
                progress(f"{spec.name}: version {version} of {len(days)}")
    return found


def _fitted(history: History, day: date) -> Model:
    spec, rows = history.spec, history.training(day).table
    features = build_feature_table(rows, spec.dataset(rows), spec)
    train = dataset_of(side(features, held_out=False), spec)
    return spec.model.fit(train, spec.task, seed=spec.seed, allowed_prefixes=("sklearn.",))


def _means(errors: np.ndarray, days: np.ndarray, count: int) -> np.ndarray:
    sums, rows = (np.bincount(days, it, count) for it in (errors, np.ones(len(errors))))
    return np.divide(sums, rows, where=rows > 0, out=np.full(count, np.nan))


def _known(values: np.ndarray) -> np.ndarray:
    return values[~np.isnan(values)]


def _served(loss: np.ndarray, places: Iterable[int]) -> np.ndarray:
    """The loss of each day, (days,), where the versions `places` serve, each until the next."""
    version = np.zeros(loss.shape[1], dtype=int)
    for place in sorted(places):
        version[place:] = place
    return loss[version, np.arange(loss.shape[1])]


def _knowing(loss: np.ndarray, retrains: int) -> np.ndarray:
    """Retrained by what nightly versions would have saved, by the bound with as many retrains."""
    nightly = np.diag(loss)
    tried = [_places(loss, nightly, bound * np.nanmean(nightly)) for bound in BOUNDS]
    return _served(loss, min(tried, key=lambda it: abs(len(it) - retrains)))


def _places(loss: np.ndarray, nightly: np.ndarray, bound: float) -> list[int]:
    found, version, saved = [], 0, 0.0
    for day in range(loss.shape[1] - 1):
        saved += float(np.nan_to_num(loss[version, day] - nightly[day]))
        if saved > bound:
            version, saved = day + 1, 0.0
            found.append(version)
    return found


def best_places(loss: np.ndarray, retrains: int) -> list[int]:
    """The versions that have the least loss over all days, by dynamic programming."""
    days = loss.shape[1]
    total = np.concatenate([np.zeros((days, 1)), np.nancumsum(loss, axis=1)], axis=1)
    total[np.tri(days, days + 1, -1, dtype=bool)] = np.inf  # no version serves before its own day
    least, came = total[0], list[np.ndarray]()
    for _ in range(retrains):
        ends = least[:days, None] + total
        came.append(ends.argmin(axis=0))
        least = ends.min(axis=0)
    return _traced(came, days)


def _traced(came: Sequence[np.ndarray], end: int) -> list[int]:
    found = []
    for from_ in reversed(came):
        end = int(from_[end])
        found.append(end)
    return found
