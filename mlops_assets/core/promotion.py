"""Whether a version may become the one that serves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from mlops_assets.core.errors import InputError
from mlops_assets.core.verdict import Verdict

if TYPE_CHECKING:
    from mlops_assets.core.gates import Gates

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


def require_passed(name: str, model_id: str | None, verdict: Verdict | None) -> None:
    """Raise `InputError` unless the verdict is of this very model and all its gates passed."""
    problem = "has no verdict"
    if verdict:
        problem = f"did not pass its gates ({verdict.failures()})"
        if verdict.model_id != model_id:
            problem = f"carries the verdict of another model, {verdict.model_id}"
        elif verdict.passed:
            return
    raise InputError(
        seen=f"{name} {problem}",
        expected="a version whose gates all passed",
        todo="retrain, or change the gates in defs.yaml and evaluate again; a person may force it "
        "with a reason",
    )


def require_same_gates(name: str, verdict: Verdict | None, gates: Gates) -> None:
    """Raise `InputError` where defs.yaml asks for other gates than the verdict judged."""
    if verdict and (changes := changed_gates(verdict, gates)):
        raise InputError(
            seen=f"the gates of defs.yaml changed since {name} was judged: {'; '.join(changes)}",
            expected="a verdict on the gates that hold now",
            todo=f"evaluate again: {EVALUATE}",
        )


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
