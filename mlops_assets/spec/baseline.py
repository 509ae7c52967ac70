"""Cross-validate some estimators on a user's table: the best one, and a gate that it passes."""

from __future__ import annotations

import warnings
from math import floor, sqrt
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.data.sources.base import plain_table
from mlops_assets.data.sources.label_columns import LabelColumns
from mlops_assets.data.sources.source_dates import dated, without_days
from mlops_assets.features.columns import typed_features
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.dates import to_date
from mlops_assets.kinds.sklearn.proposal import Candidate, candidates, guessing
from mlops_assets.spec.column_roles import present_values
from mlops_assets.spec.gates import NOT_SHARES
from mlops_assets.spec.missing_words import without_usual_words
from mlops_assets.spec.proposal import Proposal, gates_for
from mlops_assets.tasks.metrics.intervals import Estimates, with_intervals
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

MOST_ROWS, FEWEST_ROWS, FOLDS, RESAMPLES, SEED = 3_000, 30, 3, 200, 0
TRIALS = 20
HARDLY = 0.2
"""A model that comes this part of the way from guessing to perfect, or less, is of little use."""
Fold = tuple[Dataset, Dataset]
"""Rows to train on, and rows to evaluate."""


class Measured(NamedTuple):
    """What an estimator reaches: its metric on the rows of each fold, not seen in training."""

    candidate: Candidate
    folds: list[Metric]

    @property
    def mean(self) -> float:
        """The mean over the folds."""
        return sum(it.value for it in self.folds) / len(self.folds)

    def lower_end(self, rows: int) -> float:
        """The worst lower end of a fold's 95 % interval, further down for a holdout of few rows."""
        worst = min(self.folds, key=lambda it: it.low)
        wider = max(1.0, sqrt(worst.support / max(rows, 1)))
        return self.mean - wider * (self.mean - worst.low)


def with_baseline(proposal: Proposal, table: pd.DataFrame, *, search: bool = False) -> Proposal:
    """The proposal with the best candidate, and a gate that it passes on its own data.

    The gate is the lower end of what was measured, at least what guessing reaches. A table too
    small to be measured keeps the starting gate of its task. With `search`, each retrain searches
    for the candidate's best parameters.
    """
    target = _target(proposal, table)
    metric, counted = next(iter(proposal.gates)), proposal.counted
    sample = target.sample(min(len(target), MOST_ROWS), random_state=SEED).sort_index()
    classes = proposal.task.classes(target)
    enough = len(target) >= FEWEST_ROWS and (not classes or _rarest(sample) >= FOLDS)
    folds = _folds(*_typed(proposal, table, sample), classes=bool(classes)) if enough else []
    known = candidates(proposal.task, proposal.rows, len(classes))
    tried = [_measured(it, proposal, folds, metric) for it in (*known, guessing(proposal.task))]
    tried = [it for it in tried if it.folds]
    if len(tried) < 2:
        return _chosen(proposal, known[0], search)
    *models, guess = tried
    best = max(models, key=lambda it: it.mean)
    bound = _bound(metric, best, guess, counted)
    gates, _ = gates_for(target, proposal.task, proposal.holdout, bound)
    measured = {
        "gates": gates,
        "tried": {it.candidate.words: f"{metric} {it.mean:.3f}" for it in tried},
        "measured": f"{FOLDS} folds of {len(sample):,} rows gave {metric} "
        f"{min(it.value for it in best.folds):.3f} to {max(it.value for it in best.folds):.3f}",
        "warnings": [*_no_better(best, guess, metric), *proposal.warnings],
    }
    return _chosen(proposal.model_copy(update=measured), best.candidate, search)


def _rarest(target: pd.Series) -> int:
    """Rows of the most frequent class but one: with fewer than folds, nothing is learned."""
    return int(target.value_counts().iloc[1]) if target.nunique() > 1 else 0


def _chosen(proposal: Proposal, candidate: Candidate, search: bool) -> Proposal:
    settings = {"method": "random", "trials": TRIALS, "space": candidate.space}
    model = {"estimator": candidate.estimator, "params": candidate.params}
    return proposal.model_copy(update={**model, "search": settings if search else None})


def _target(proposal: Proposal, table: pd.DataFrame) -> pd.Series:
    """The target of the rows that have one, as it is fitted on."""
    raw = plain_table(table, "the table", LabelColumns(every=True))
    known = present_values(raw[proposal.target])
    return proposal.task.typed_target(raw.loc[known.index, proposal.target])


def _typed(
    proposal: Proposal, table: pd.DataFrame, target: pd.Series
) -> tuple[Dataset, pd.Series | None]:
    """The rows of `target` as the model will see them, and their days if days are held out."""
    raw = plain_table(table, "the table", LabelColumns(every=True)).loc[target.index]
    formats = proposal.source.get("date_format", {})
    rows = dated(without_usual_words(raw, proposal.target), formats, "the table")
    rows = without_days(rows, proposal.source.get("missing_dates", []))
    features = typed_features(rows, proposal.columns)
    days = to_date(rows[proposal.timestamp]).dt.normalize() if proposal.timestamp else None
    return Dataset(features, proposal.columns, target, positive=proposal.positive), days


def _folds(data: Dataset, days: pd.Series | None, *, classes: bool) -> list[Fold]:
    """Folds like the holdout will be: whole days, or rows at random with each class in each."""
    from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

    target, shuffled = data.known_target(), {"shuffle": True, "random_state": SEED}
    if days is not None:
        splits = GroupKFold(FOLDS, **shuffled).split(target, groups=days)
    elif classes:
        splits = StratifiedKFold(FOLDS, **shuffled).split(target, target)
    else:
        splits = KFold(FOLDS, **shuffled).split(target)
    return [(data.take(train), data.take(test)) for train, test in splits]


def _measured(candidate: Candidate, proposal: Proposal, folds: list[Fold], metric: str) -> Measured:
    return Measured(candidate, [*_metrics(candidate, proposal, folds, metric)])


def _metrics(
    candidate: Candidate, proposal: Proposal, folds: list[Fold], metric: str
) -> Iterator[Metric]:
    """The metric on each fold whose rows allow it: a class may be missing in some."""
    from threadpoolctl import threadpool_limits

    kind = candidate.kind()
    for train, test in folds:
        # On a busy machine, threads that wait for each other take many times longer than one.
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore")  # such as one about convergence, which the figure shows
            model = kind.fit(train, proposal.task, seed=SEED, allowed_prefixes=("sklearn.",))
        found = proposal.task.estimates(test, model.predict(test.features))
        if formula := found.formulas.get(metric):
            one = Estimates({metric: formula}, found.units)
            yield with_intervals(one, seed=SEED, resamples=RESAMPLES)[metric]


def _bound(metric: str, best: Measured, guess: Measured, counted: int) -> float:
    """Rounded down to hundredths; a share is at most what no error in the holdout can prove.

    By the rule of three, no error among n rows is still likely at an error rate of 3 / n.
    """
    most = 0.99 if metric in NOT_SHARES else 1 - 3 / max(counted, 4)
    least = max(best.lower_end(counted), guess.mean)
    return floor(100 * min(least, most) + 1e-9) / 100


def _no_better(best: Measured, guess: Measured, metric: str) -> list[str]:
    """A warning if the best is not clearly, or hardly, better than guessing, with what to try."""
    clearly = best.lower_end(best.folds[0].support) > guess.mean
    if clearly and best.mean - guess.mean > HARDLY * (1 - guess.mean):
        return []
    seen = "the best estimator is hardly" if clearly else "no estimator was clearly"
    gate = "" if clearly else ", so a version may fail its gate"
    return [
        f"{seen} better than guessing ({metric} {best.mean:.3f}; guessing {guess.mean:.3f}){gate}: "
        "look for columns that tell more, such as earlier values of the target, see below whether "
        "one that was left out may be used, or try --search"
    ]
