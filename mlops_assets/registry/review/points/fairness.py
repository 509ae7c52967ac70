"""Fairness: differences between groups, the groups themselves, and mitigation."""

from __future__ import annotations

from typing import Any

from mlops_assets.evaluation.chance import p_text
from mlops_assets.evaluation.fairness.parity import Parity
from mlops_assets.evaluation.fairness.report import GroupMetrics, between
from mlops_assets.registry.review.evidence import Evidence, PointOf, point
from mlops_assets.registry.review.records import Outcome, Point
from mlops_assets.tasks.metrics.metric import written

SECTION = "Fairness"
SENSITIVE = "sensitive"
DOCUMENT = "fairness.json"
FILES = ("fairness_metrics.png", "fairness_report.html")
SHOWN_METRICS = 4


def differences(it: Evidence) -> Point:
    """Every difference between groups, with its interval and test."""
    make = point(SECTION, "Fairness metrics", "no difference that chance does not explain")
    found = _parities(it)
    if found is None:
        return make(*_not_assessed(it))
    differing = [parity for parity in found if parity.differs]
    links = it.links(it.evaluation, *FILES)
    lines = [_difference(parity) for parity in found]
    if differing:
        names = ", ".join(f"{parity.name} by {parity.column}" for parity in differing)
        return make("LOOK", f"more than chance explains: {names}", lines, links)
    open_ = [parity for parity in found if parity.p_value is None]
    if open_:
        return make("LOOK", f"{len(open_)} of {len(found)} cannot be judged", lines, links)
    return make("PASS", f"{len(found)} differences, none beyond chance", lines, links)


def groups(it: Evidence) -> Point | None:
    """The metrics of each group, and which groups are too small to judge."""
    make = point(SECTION, "Metrics of each group", "every group is large enough and served well")
    found = it.evaluation.documents.get(DOCUMENT)
    if found is None:
        return None
    listed = [GroupMetrics.model_validate(given) for given in found.get("groups", ())]
    small = [f"{group.column} {group.group}" for group in listed if not group.metrics]
    told = f"{len(listed)} groups" + (f"; too small to judge: {', '.join(small)}" if small else "")
    return make("LOOK", told, [_group(group) for group in listed])


def mitigation(it: Evidence) -> Point | None:
    """Whether anything was done about differences."""
    make = point(SECTION, "Bias mitigation", "mitigated where groups differ, or a reason not to")
    found = _parities(it)
    if found is None:
        return None
    done = _mitigation(it.training.documents.get("training.json", {}).get("spec", {}))
    if done:
        return make("LOOK", f"mitigation: {done}; see the differences above for what it left")
    if any(parity.differs for parity in found):
        return make("LOOK", "groups differ, and nothing in defs.yaml mitigates it")
    return make("PASS", "none, and no difference that asks for one")


POINTS: tuple[PointOf, ...] = (differences, groups, mitigation)


def _parities(it: Evidence) -> list[Parity] | None:
    found = it.evaluation.documents.get(DOCUMENT)
    return None if found is None else [Parity.model_validate(p) for p in found["differences"]]


def _not_assessed(it: Evidence) -> tuple[Outcome, str]:
    if columns := it.spec.context.get(SENSITIVE):
        names = ", ".join(columns)
        return "FAIL", f"not assessed: add the pack fairness, which compares groups by {names}"
    return "LOOK", "not assessed: defs.yaml names no sensitive column"


def _difference(parity: Parity) -> str:
    if parity.extremes is None:
        return f"{parity.column}: {parity.name}: too few rows to judge"
    largest = parity.largest
    value = " ".join(written(largest.value, largest.low, largest.high))
    p_value = p_text(parity.p_value)
    return f"{parity.column}: {parity.name} {value}, p {p_value}: {between(parity)}"


def _group(group: GroupMetrics) -> str:
    shown = list(group.metrics.items())[:SHOWN_METRICS]
    values = ", ".join(
        " ".join([name, *written(one.value, one.low, one.high)]) for name, one in shown
    )
    return f"{group.column} {group.group}, {group.rows:,} rows: {values or 'too few to judge'}"


def _mitigation(spec: dict[str, Any]) -> str:
    """What the recorded spec says of it, wherever it stands."""
    given = spec.get("mitigation") or (spec.get("model") or {}).get("mitigation")
    return str(given) if given else ""
