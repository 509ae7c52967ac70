"""Fairness: differences between groups, the groups themselves, and mitigation."""

from __future__ import annotations

from typing import Any

from mlops_assets.evaluation.fairness.report import GroupMetrics
from mlops_assets.evaluation.fairness.stored import PAGES, PICTURES, compared, group_metrics_in
from mlops_assets.registry.review.evidence import Evidence, PointOf, point
from mlops_assets.registry.review.records import Outcome, Point
from mlops_assets.tasks.metrics.metric import written

SECTION = "Fairness"
SENSITIVE = "sensitive"
SHOWN_METRICS = 4
PACKS = "fairness, or exposure for ranked lists"


def differences(it: Evidence) -> Point:
    """Every difference between groups, with its interval and test."""
    make = point(SECTION, "Fairness metrics", "no difference that chance does not explain")
    found = compared(it.evaluation.documents)
    if found is None:
        return make(*_not_assessed(it))
    links = it.links(it.evaluation, *PICTURES, *PAGES)
    lines = [each.line for each in found]
    if differing := [each.title for each in found if each.differs]:
        return make("LOOK", f"more than chance explains: {', '.join(differing)}", lines, links)
    if open_ := [each for each in found if not each.judged]:
        return make("LOOK", f"{len(open_)} of {len(found)} cannot be judged", lines, links)
    return make("PASS", f"{len(found)} differences, none beyond chance", lines, links)


def groups(it: Evidence) -> Point | None:
    """The metrics of each group, and which groups are too small to judge."""
    make = point(SECTION, "Metrics of each group", "every group is large enough and served well")
    if compared(it.evaluation.documents) is None:
        return None
    listed = group_metrics_in(it.evaluation.documents)
    small = [f"{group.column} {group.group}" for group in listed if not group.metrics]
    told = f"{len(listed)} groups" + (f"; too small to judge: {', '.join(small)}" if small else "")
    return make("LOOK", told, [_group(group) for group in listed])


def mitigation(it: Evidence) -> Point | None:
    """Whether anything was done about differences."""
    make = point(SECTION, "Bias mitigation", "mitigated where groups differ, or a reason not to")
    found = compared(it.evaluation.documents)
    if found is None:
        return None
    done = _mitigation(it.training.documents.get("training.json", {}).get("spec", {}))
    if done:
        return make("LOOK", f"mitigation: {done}; see the differences above for what it left")
    if any(each.differs for each in found):
        return make("LOOK", "groups differ, and nothing in defs.yaml mitigates it")
    return make("PASS", "none, and no difference that asks for one")


POINTS: tuple[PointOf, ...] = (differences, groups, mitigation)


def _not_assessed(it: Evidence) -> tuple[Outcome, str]:
    if columns := it.spec.context.get(SENSITIVE):
        names = ", ".join(columns)
        return "FAIL", f"not assessed: add a pack that compares groups by {names}: {PACKS}"
    return "LOOK", "not assessed: defs.yaml names no sensitive column"


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
