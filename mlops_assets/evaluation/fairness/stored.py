"""Read how groups of people compare from the documents of an evaluation, whichever pack wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mlops_assets.evaluation.chance import p_text
from mlops_assets.evaluation.fairness.exposure import RATIOS, Exposure
from mlops_assets.evaluation.fairness.exposure_page import extremes
from mlops_assets.evaluation.fairness.records import Parity
from mlops_assets.evaluation.fairness.report import GroupMetrics, between
from mlops_assets.tasks.metrics.metric import written

PARITY, EXPOSURE = "fairness.json", "exposure.json"
DOCUMENTS = (PARITY, EXPOSURE)
PICTURES = ("fairness_metrics.png", "exposure.png")
PAGES = ("fairness_report.html", "exposure_report.html")


class Compared(NamedTuple):
    """A measure compared between the groups of one column.

    `title` is such as `exposure_ratio by gender`, `differs` whether by more than chance explains,
    `judged` whether there are two groups that are large enough, and `line` has the figures.
    """

    title: str
    differs: bool
    judged: bool
    line: str


def compared(documents: Mapping[str, Any]) -> list[Compared] | None:
    """Every comparison of groups; None if no pack made any."""
    if not any(name in documents for name in DOCUMENTS):
        return None
    parities = documents.get(PARITY, {}).get("differences", ())
    return [
        *(_parity(Parity.model_validate(it)) for it in parities),
        *(_exposure(it) for it in _exposures(documents)),
    ]


def group_metrics_in(documents: Mapping[str, Any]) -> list[GroupMetrics]:
    """The metrics of each group; empty if no pack gave any."""
    listed = documents.get(PARITY, {}).get("groups", ())
    return [*map(GroupMetrics.model_validate, listed), *_by_group(documents)]


def _exposures(documents: Mapping[str, Any]) -> Iterator[Exposure]:
    return map(Exposure.model_validate, documents.get(EXPOSURE, ()))


def _by_group(documents: Mapping[str, Any]) -> list[GroupMetrics]:
    """The ratios of each group; `rows` are all of its rows, which the first of them counts."""
    found: dict[tuple[str, str], GroupMetrics] = {}
    for it in _exposures(documents):
        for each in it.groups:
            key = it.column, each.group
            first = GroupMetrics(
                column=it.column, group=each.group, rows=each.ratio.support, metrics={}
            )
            group = found.setdefault(key, first)
            if each.judged:
                group.metrics[RATIOS[it.among]] = each.ratio
    return list(found.values())


def _parity(it: Parity) -> Compared:
    title = f"{it.name} by {it.column}"
    if it.extremes is None:
        return Compared(title, False, False, f"{it.column}: {it.name}: too few rows to judge")
    value = " ".join(written(it.largest.value, it.largest.low, it.largest.high))
    line = f"{it.column}: {it.name} {value}, p {p_text(it.p_value)}: {between(it)}"
    return Compared(title, it.differs, it.p_value is not None, line)


def _exposure(it: Exposure) -> Compared:
    name = RATIOS[it.among]
    title = f"{name} by {it.column}"
    if not it.is_judged:
        return Compared(title, False, False, f"{it.column}: {name}: too few rows to judge")
    value = " ".join(written(it.lowest.value, it.lowest.low, it.lowest.high))
    line = f"{it.column}: {name} {value}: {extremes(it)}"
    return Compared(title, it.differs or it.breaks_rule, True, line)
