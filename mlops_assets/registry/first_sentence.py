"""The first sentence of a version's description: how good it is, and its stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.platform.markdown import plain
from mlops_assets.spec.stage_names import ARCHIVED, PRODUCTION, REJECTED, STAGING

if TYPE_CHECKING:
    from mlops_assets.registry.ledger import Entry
    from mlops_assets.registry.overview import VersionFacts

LONGEST_REASON = 160
"""Characters of a reason; the ledger below has all of it."""


def first_sentence(facts: VersionFacts, promotion: Entry | None) -> str:
    """`Version 2: roc_auc 0.900 [0.880, 0.918], passed 3 gates, in production since …`.

    `promotion` is the change that put it into production, if it is there.
    """
    parts = [_metric(facts), _gates(facts), _stage(facts, promotion)]
    return f"Version {facts.version}: {', '.join(part for part in parts if part)}."


def _metric(facts: VersionFacts) -> str:
    found = facts.metrics.get(facts.headline)
    if not found:
        return ""
    ends = f" [{found['low']:.3f}, {found['high']:.3f}]" if "low" in found else ""
    return f"{plain(facts.headline)} {found['value']:.3f}{ends}"


def _gates(facts: VersionFacts) -> str:
    count = len(facts.gates)
    failed = sum(line.startswith("FAIL") for line in facts.gates)
    if not count:
        return "not judged by gates"
    gates = f"{count} gate{'s' if count > 1 else ''}"
    return f"failed {failed} of {gates}" if failed else f"passed {gates}"


def _stage(facts: VersionFacts, promotion: Entry | None) -> str:
    forced = " by force" if facts.forced else ""
    if facts.stage == PRODUCTION:
        since = f" since {promotion.at:%Y-%m-%d %H:%M} UTC" if promotion else ""
        return f"in production{forced}{since}"
    if facts.stage == STAGING:
        return f"staged{forced}, waits for approval"
    if facts.stage in (ARCHIVED, REJECTED):
        return facts.stage + (f": {_short(facts.reason)}" if facts.reason else "")
    return ""


def _short(reason: str) -> str:
    words = " ".join(reason.split())
    short = words if len(words) <= LONGEST_REASON else f"{words[: LONGEST_REASON - 1]}…"
    return plain(short.rstrip("."))
