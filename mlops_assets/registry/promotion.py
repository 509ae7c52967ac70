"""Whether a version may become the one that serves."""

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
    from mlops_assets.spec.gates import Gates

EVALUATE = "materialize trained_model, evaluation and registered_version"


@dataclass(frozen=True)
class Decision:
    """What to do with the staged version, and why, in words for the UI and the registry."""

    promote: bool
    why: str


def decide_promotion(
    *,
    policy: Literal["automatic", "manual"],
    staged_at: datetime | None,
    run_began: datetime,
    started_by: str = "",
    also_registers: bool = False,
) -> Decision:
    """Promote the staged version, unless there is none or nobody can have looked at it yet.

    `staged_at` is None where no version is staged. With policy `manual` a version staged after
    the run began was seen by nobody who started it; a run that a schedule or sensor started
    (`started_by` names it) is nobody's approval; and neither is one that makes
    registered_version too (`also_registers`), as *Materialize all* and a plain retrain do.
    """
    if staged_at is None:
        return Decision(False, "no version is staged")
    if policy == "automatic":
        return Decision(True, "its gates passed and promotion is automatic")
    if staged_at >= run_began or started_by or also_registers:
        return Decision(
            False, "promotion is manual: materialize production_version alone to approve it"
        )
    return Decision(True, "approved by materializing production_version")


def require_own(name: str, verdict: Verdict | None, model_ids: Collection[str | None]) -> Verdict:
    """The verdict. Raises `InputError` unless all `model_ids` name the model it is of."""
    problem = "has no verdict"
    if verdict:
        if {verdict.model_id} == set(model_ids):
            return verdict
        others = sorted({str(it) for it in model_ids} - {verdict.model_id})
        problem = f"carries the verdict of another model, {verdict.model_id} instead of {others[0]}"
    raise InputError(
        seen=f"{name} {problem}",
        expected="a version whose gates all passed",
        todo=f"evaluate it: {EVALUATE}; a person may force it with a reason",
    )


def require_unchanged(name: str, verdict: str, judged: str) -> None:
    """Raise `InputError` unless `verdict`, the tag's text, has the digest that the ledger says."""
    if verdict and digest(verdict) != judged:
        problem = "is not the one in the ledger: its tag was changed by hand"
        raise InputError(
            seen=f"the verdict of {name} {problem if judged else 'is in no entry of the ledger'}",
            expected="the verdict that its evaluation left there",
            todo=f"evaluate again: {EVALUATE}; a person may force it with a reason",
        )


def require_passed(name: str, verdict: Verdict) -> None:
    """Raise `InputError` unless all gates of the verdict passed."""
    if not verdict.passed:
        raise InputError(
            seen=f"{name} did not pass its gates ({verdict.failures()})",
            expected="a version whose gates all passed",
            todo="retrain, or change the gates in defs.yaml and promote again; a person may force "
            "it with a reason",
        )


def require_current(outdated: str) -> None:
    """Raise `InputError` where a verdict is `outdated`, in the words of the function `outdated`."""
    if outdated:
        raise InputError(
            seen=outdated,
            expected="a verdict on the gates that hold now, against the version that serves now",
            todo=f"evaluate again: {EVALUATE}",
        )


def outdated(name: str, verdict: Verdict, gates: Gates | None, serving: str) -> str:
    """Why a verdict no longer says whether `name` may serve, in words; empty where it does.

    `gates` are those of defs.yaml now, None for a model that it does not have; `serving` is the
    number of the version that serves now, "" for none. Verdicts of older releases do not say
    which version they were judged against, and only their gates count; the same goes where there
    was no truth to compare two versions on.
    """
    reasons = []
    if gates is not None and (changes := changed_gates(verdict, gates)):
        said = "; ".join(changes)
        reasons.append(f"the gates of defs.yaml changed since {name} was judged: {said}")
    if verdict.champion not in (None, serving) and _compares(verdict):
        then = f"version {verdict.champion}" if verdict.champion else "no version"
        now = f"version {serving} does" if serving else "none does"
        reasons.append(f"{then} served when {name} was judged, and now {now}")
    return "; ".join(reasons)


def _compares(verdict: Verdict) -> bool:
    """Whether another champion could change the verdict: not where it had no effect on it."""
    gate = next((it for it in verdict.gates if it.gate == BEATS_PRODUCTION), None)
    idle = gate is not None and gate.passed and gate.value is None
    return not (verdict.champion and idle)


def changed_gates(verdict: Verdict, gates: Gates) -> list[str]:
    """Each gate whose bound is not what the verdict judged, such as `roc_auc: was {…}, is {…}`."""
    if not verdict.asked:
        return ["the verdict is of a release that did not record them"]
    was, now = json.loads(verdict.asked), json.loads(gates.model_dump_json())
    return [
        f"{name}: was {_said(was.get(name))}, is {_said(now.get(name))}"
        for name in dict.fromkeys([*was, *now])
        if was.get(name) != now.get(name)
    ]


def _said(bound: dict | None) -> str:
    """`{min: 0.85}`; `no gate` for none."""
    given = {key: value for key, value in (bound or {}).items() if value is not None}
    text = ", ".join(f"{key}: {value}" for key, value in given.items())
    return f"{{{text}}}" if given else "no gate"
