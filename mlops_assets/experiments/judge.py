"""Judge an experiment from its log: both variants, the sequence over days, a recommendation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import median

from mlops_assets.experiments.assignment import CHALLENGER, CHAMPION
from mlops_assets.experiments.facts import ExperimentFacts, VariantFacts
from mlops_assets.experiments.files import Logged
from mlops_assets.experiments.looks import looks
from mlops_assets.experiments.recommendation import recommended
from mlops_assets.experiments.units import Unit, units_of
from mlops_assets.spec.experiment import Experiment

NOTHING = "no experiment: no request has been answered in one"


def judge(logged: Logged, plan: Experiment, *, until: date, zone: str) -> ExperimentFacts:
    """The state of the newest experiment at the end of the day `until`."""
    units = units_of(logged, plan, zone)
    if not units:
        return ExperimentFacts(outcome="none", recommendation=NOTHING)
    day = (until - min(it.day for it in units)).days + 1
    seen, p = looks(units, plan), _mismatch(units, plan)
    outcome, words = recommended(plan, day, seen, p)
    return ExperimentFacts(
        experiment=logged.experiment,
        outcome=outcome,
        recommendation=words,
        metric=plan.metric,
        shadow=plan.shadow,
        day=day,
        days=plan.days,
        variants=[_variant(name, logged, units, plan) for name in (CHAMPION, CHALLENGER)],
        mismatch_p=p,
        looks=seen,
        dataset_version=logged.digest(),
    )


def _mismatch(units: Sequence[Unit], plan: Experiment) -> float | None:
    """The p-value of the units of each variant under the planned share, by chi-square."""
    from scipy.stats import chisquare

    if plan.shadow:
        return None
    challenger = sum(it.variant == CHALLENGER for it in units)
    counts = [challenger, len(units) - challenger]
    expected = [plan.share * len(units), (1 - plan.share) * len(units)]
    return float(chisquare(counts, expected).pvalue)


def _variant(name: str, logged: Logged, units: Sequence[Unit], plan: Experiment) -> VariantFacts:
    rows = [it for it in logged.predictions if it.variant == name]
    known = [it for unit in units if (it := getattr(unit, name)) is not None]
    times = sorted(it.milliseconds for it in rows)
    mean = sum(known) / len(known) if known else None
    return VariantFacts(
        variant=name,
        version=rows[-1].version if rows else "",
        rows=len(rows),
        units=sum(plan.shadow or it.variant == name for it in units),
        labelled=len(known),
        mean=-mean if mean is not None and plan.lower_is_better else mean,
        median_ms=median(times) if times else None,
        p99_ms=times[int(0.99 * (len(times) - 1))] if times else None,
        errors=logged.errors.count(name),
    )
