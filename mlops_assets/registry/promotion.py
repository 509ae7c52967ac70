"""Decide whether a version may go into production."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from mlops_assets.errors import InputError
from mlops_assets.evaluation.verdict import Verdict, digest
from mlops_assets.spec.gates import BEATS_PRODUCTION

if TYPE_CHECKING:
    from mlops_assets.registry.ledger import Entry
    from mlops_assets.spec.gates import Gates

EVALUATE = "materialize trained_model, evaluation and registered_version"


@dataclass(frozen=True)
class Decision:
    """Whether to promote the staged version, with the reason for the UI and the registry."""

    promote: bool
    why: str


def decide_promotion(
    *,
    policy: Literal["automatic", "manual", "review"],
    staged_at: datetime | None,
    run_began: datetime,
    started_by: str = "",
    also_registers: bool = False,
    not_won: str = "",
    unapproved: str = "",
) -> Decision:
    """Promote the staged version, unless there is none or nobody can have reviewed it yet.

    `staged_at` is None if no version is staged. With policy `manual`, materializing
    production_version counts as approval, except for a version staged after the run began, for a
    run started by a schedule or sensor (`started_by` names it), and for a run that also
    materializes registered_version (`also_registers`), as *Materialize all* and a plain retrain do.
    `not_won` is why the gate `wins_experiment` keeps the version back, if it does. With policy
    `review`, `unapproved` is why no review lets the version pass, empty if one does.
    """
    if staged_at is None:
        return Decision(False, "no version is staged")
    if not_won:
        return Decision(False, f"it waits for the gate wins_experiment: {not_won}")
    if policy == "review" and unapproved:
        return Decision(False, f"promotion needs a review: {unapproved}")
    if policy == "review":
        return Decision(True, "approved in a review")
    if policy == "automatic":
        return Decision(True, "its gates passed and promotion is automatic")
    if staged_at >= run_began or started_by or also_registers:
        return Decision(
            False, "promotion is manual: materialize production_version alone to approve it"
        )
    return Decision(True, "approved by materializing production_version")


def require_own(name: str, verdict: Verdict | None, model_ids: Collection[str | None]) -> Verdict:
    """Return the verdict. Raises `InputError` unless it belongs to the model of all `model_ids`."""
    problem = "has no verdict"
    if verdict:
        if {verdict.model_id} == set(model_ids):
            return verdict
        others = sorted({str(it) for it in model_ids} - {verdict.model_id})
        problem = f"has the verdict of another model, {verdict.model_id} instead of {others[0]}"
    raise InputError(
        seen=f"{name} {problem}",
        expected="a version that passed all its gates",
        todo=f"evaluate it: {EVALUATE} of a model with a defs.yaml (`mlops-assets new` writes "
        "one), whose gates judge it on held-out rows; or promote it with force and a reason",
    )


def require_unchanged(name: str, verdict: str, judged: str) -> None:
    """Raise `InputError` unless `verdict`, the tag's text, has the digest in the ledger."""
    if verdict and digest(verdict) != judged:
        problem = "is not the one in the ledger: its tag was changed manually"
        raise InputError(
            seen=f"the verdict of {name} {problem if judged else 'is not in the ledger'}",
            expected="the verdict that its evaluation recorded",
            todo=f"re-evaluate it: {EVALUATE}; or force it with a reason",
        )


def require_passed(name: str, verdict: Verdict) -> None:
    """Raise `InputError` unless all gates of the verdict passed."""
    if not verdict.passed:
        raise InputError(
            seen=f"{name} did not pass its gates ({verdict.failures()})",
            expected="a version that passed all its gates",
            todo="retrain, or change the gates in defs.yaml and promote again; or force it with a "
            "reason",
        )


def require_current(outdated: str) -> None:
    """Raise `InputError` if a verdict is outdated, for the reason from the function `outdated`."""
    if outdated:
        raise InputError(
            seen=outdated,
            expected="a verdict on the current gates, against the current production version",
            todo=f"re-evaluate it: {EVALUATE}",
        )


def unapproved(name: str, verdict: str, approval: Entry | None) -> str:
    """The reason why no review approves `name` with this verdict (JSON); empty if one does.

    An approval is of the verdict that the reviewer looked at: another verdict makes it stale.
    """
    if approval is None:
        return f"no review has approved {name}"
    if approval.verdict != digest(verdict):
        return f"{name} was evaluated again since {approval.actor} approved it"
    return ""


def require_approved(why: str, model: str, number: str) -> None:
    """Raise `InputError` for the reason from `unapproved`, if there is one."""
    if why:
        raise InputError(
            seen=why,
            expected="an approved review of the version and its verdict",
            todo=f"`mlops-assets review {model} {number}` shows the checklist, and approves with "
            "`--approve`; or force the promotion with a reason",
        )


def outdated(name: str, verdict: Verdict, gates: Gates | None, serving: str) -> str:
    """The reason why the verdict on `name` is outdated; empty if it is current.

    `gates` are the current ones in defs.yaml, None for a model without defs.yaml; `serving` is
    the number of the current production version, "" for none. The champion is not compared for
    verdicts of older releases, which do not name it, or if there was no ground truth to compare
    two versions on.
    """
    reasons = []
    if gates is not None and (changes := changed_gates(verdict, gates)):
        details = "; ".join(changes)
        reasons.append(f"the gates in defs.yaml changed since {name} was evaluated: {details}")
    if verdict.champion not in (None, serving) and _compares(verdict):
        before = f"version {verdict.champion}" if verdict.champion else "no version"
        now = f"version {serving} is" if serving else "none is"
        reasons.append(f"{before} was in production when {name} was evaluated, and now {now}")
    return "; ".join(reasons)


def _compares(verdict: Verdict) -> bool:
    """Whether another champion could change the verdict; not if the comparison had no effect."""
    gate = next((it for it in verdict.gates if it.gate == BEATS_PRODUCTION), None)
    idle = gate is not None and gate.passed and gate.value is None
    return not (verdict.champion and idle)


def changed_gates(verdict: Verdict, gates: Gates) -> list[str]:
    """The gates whose bounds differ from the verdict's, such as `roc_auc: was {…}, is {…}`."""
    if not verdict.asked:
        return ["the verdict is from a release that did not record them"]
    was, now = _by_name(verdict.asked), _by_name(gates.model_dump_json())
    return [
        f"{name}: was {_bound_text(was.get(name))}, is {_bound_text(now.get(name))}"
        for name in dict.fromkeys([*was, *now])
        if was.get(name) != now.get(name)
    ]


def _by_name(asked: str) -> dict:
    """Every bound by its name, those on the data among them."""
    given = json.loads(asked)
    return given | (given.pop("data", None) or {})


def _bound_text(bound: dict | str | None) -> str:
    """Format a bound as `{min: 0.85}`, or `no gate` if there is none."""
    if isinstance(bound, str):
        return bound
    given = {key: value for key, value in (bound or {}).items() if value is not None}
    text = ", ".join(f"{key}: {value}" for key, value in given.items())
    return f"{{{text}}}" if given else "no gate"
