"""The exposure of groups for people: a table for the panel, and a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.evaluation.fairness.exposure import FOUR_FIFTHS, Exposure
from mlops_assets.platform.markdown import plain, table
from mlops_assets.platform.templates import render
from mlops_assets.tasks.metrics.metric import Metric, written

if TYPE_CHECKING:
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

PAGE_GROUPS = 30
HEAD = ["column", "fair share of", "lowest by highest ratio", "95 % interval", "groups"]


def exposure_table(found: Sequence[Exposure], least: int) -> str:
    """The lowest ratio of each column, as Markdown."""
    rows = [[it.column, it.among, *_written(it.lowest), extremes(it)] for it in found]
    return table(HEAD, rows) + "\n\n" + plain(f"1 is equal. Groups of {least} rows or more.")


def extremes(it: Exposure) -> str:
    """The judged groups with the lowest and the highest ratio: `female 0.91, male 1.06`."""
    judged = sorted((each for each in it.groups if each.judged), key=lambda each: each.ratio.value)
    if len(judged) < 2:
        return "too few rows to judge"
    ends = (judged[0], judged[-1])
    return ", ".join(f"{each.group} {_written(each.ratio)[0]}" for each in ends)


def exposure_page(spec: LifecycleSpec, found: Sequence[Exposure], least: int, rows: int) -> str:
    """The page `exposure_report.html`."""
    return render(
        "mlops_assets.evaluation",
        "exposure_report.html.j2",
        title=f"Exposure in the lists of {spec.name}",
        about=f"{rows:,} held-out rows in {max(it.lists for it in found):,} ranked lists. "
        f"Sensitive: {', '.join(dict.fromkeys(it.column for it in found))}.",
        found=found,
        breaking=[it for it in found if it.breaks_rule],
        differing=[it for it in found if it.differs],
        open=[it for it in found if not it.is_judged],
        least=least,
        most=PAGE_GROUPS,
        rule=FOUR_FIFTHS,
        scale=_scale(found),
        written=_written,
        extremes=extremes,
    )


def _scale(found: Sequence[Exposure]) -> float:
    """The end of the scale of ratios: as far as an interval of a judged group reaches."""
    judged = (each.ratio.high for it in found for each in it.groups if each.judged)
    return max((high for high in judged if high == high), default=1.0)


def _written(metric: Metric) -> tuple[str, str]:
    """Value and interval; empty if undefined."""
    if metric.value != metric.value:
        return "", ""
    return written(metric.value, metric.low, metric.high)
