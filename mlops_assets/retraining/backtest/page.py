"""A backtest as one page that needs nothing else, and as a table."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from mlops_assets.figures.style import png
from mlops_assets.platform.templates import render
from mlops_assets.retraining.backtest.figures import timeline
from mlops_assets.retraining.backtest.records import PlayedDay
from mlops_assets.retraining.backtest.results import FEWEST_DAYS_IN_WEEKS, Backtest, PolicyResult

NOTES = (
    "Each day was scored by the version that served on it, which had not seen it. Labels came "
    "after the label delay, and a retrain learned from labelled rows alone. The first version "
    "was trained on the days before the first one and served whatever its gates said; later "
    "versions were promoted as soon as they passed their gates, as if every review approved at "
    "once. Automatic rollbacks are not replayed. Cost is CPU time. "
)
WEEKS = "Intervals draw whole weeks, since days of one week resemble each other."
FEW_DAYS = "Intervals take days as independent, since there are too few to draw whole weeks."


def as_html(found: Backtest, played: Mapping[str, Sequence[PlayedDay]]) -> str:
    """The sentences, the picture, the table and what was assumed."""
    head, *rows = table(found)
    return render(
        "mlops_assets.retraining.backtest",
        "backtest.html.j2",
        found=found,
        head=head,
        rows=rows,
        notes=NOTES + (WEEKS if found.days >= FEWEST_DAYS_IN_WEEKS else FEW_DAYS),
        picture=base64.b64encode(png(timeline(played, found.metric))).decode(),
    )


def table(found: Backtest) -> list[list[str]]:
    """The headings, then one row for each policy."""
    others = [it for it in ("never", "nightly") if found.of(it)]
    head = ["tried", found.metric, *(f"over {it}" for it in others), "retrains", "promoted"]
    head += ["rejected", "other", "alerts", "drift days", "blind days", "CPU s"]
    return [head, *(_row(it, others) for it in found.results)]


def _row(it: PolicyResult, others: Sequence[str]) -> list[str]:
    against = [it.against[name].text(sign=True) if name in it.against else "" for name in others]
    rejected = it.outcomes.get("rejected", 0)
    counts = [it.retrains, it.promoted, rejected, it.retrains - it.promoted - rejected]
    counts += [sum(it.alerts.values()), it.drifted_days, it.blind_days]
    return [it.policy, it.quality.text(), *against, *map(str, counts), f"{it.seconds:.0f}"]
