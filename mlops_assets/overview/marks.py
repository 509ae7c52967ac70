"""The marks of a timeline: each kind has its own shape, so no meaning is in a colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlops_assets.overview.life import Change
from mlops_assets.overview.records import Retrain

ROOM = 15
"""Height of a mark, and distance of two on one day."""
UP = "M0 -6L6 5H-6z"
BACK = "M-7 0L1 -6V-2H6V2H1V6z"
CROSS = "M-5 -5L5 5M5 -5L-5 5"
DIAMOND = "M0 -6L6 0L0 6L-6 0z"
DISC = "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z"
BANG = "M-2 -7H2L1 2H-1zM-1.5 4H1.5V7H-1.5z"


@dataclass(frozen=True)
class Mark:
    """A shape at a place; `text` says what it is, `link` where there is more."""

    x: float
    y: float
    kind: str
    path: str
    text: str
    link: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of mark: a class of the style sheet, its shape, and its name in the legend."""

    kind: str
    path: str
    name: str


PROMOTED = Kind("good", UP, "promoted")
ROLLED_BACK = Kind("bad", BACK, "rolled back")
STAGED = Kind("open", DIAMOND, "staged")
REJECTED = Kind("bad stroke", CROSS, "rejected or failed")
OTHER = Kind("open", DISC, "nothing changed, or another change")
RETRAINED = Kind("good", DISC, "retrain with a new version in production")
ALERT = Kind("bad", BANG, "open alert")
LEGEND = (PROMOTED, ROLLED_BACK, STAGED, RETRAINED, REJECTED, OTHER, ALERT)
ACTIONS = {
    "promote": PROMOTED,
    "rollback": ROLLED_BACK,
    "stage": STAGED,
    "evaluate": STAGED,
    "reject": REJECTED,
}


def kind_of_change(change: Change) -> Kind:
    """The mark of a change in the ledger."""
    entry = change.entry
    if entry.action == "evaluate" and entry.to_stage == "rejected":
        return REJECTED
    return ACTIONS.get(entry.action, OTHER)


def kind_of_retrain(retrain: Retrain) -> Kind:
    """The mark of a retrain."""
    if retrain.failed:
        return REJECTED
    if retrain.result.startswith("promoted"):
        return RETRAINED
    return STAGED if retrain.result.startswith("staged") else OTHER


def shown(changes: Sequence[Change]) -> list[Change]:
    """The changes that are worth a mark: not the staging that its own promotion followed."""
    promoted = {(it.entry.version, it.day) for it in changes if it.entry.action == "promote"}
    return [
        it
        for it in changes
        if it.entry.action not in ("evaluate", "stage")
        or (it.entry.version, it.day) not in promoted
    ]
