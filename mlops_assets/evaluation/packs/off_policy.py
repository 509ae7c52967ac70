"""Off-policy evaluation: what a policy would have earned, and whether that can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from mlops_assets.errors import InputError
from mlops_assets.evaluation.off_policy.advice import advice
from mlops_assets.evaluation.off_policy.propensities import ActionShare, action_shares
from mlops_assets.evaluation.packs.base import LabelledPack
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import PackResult
from mlops_assets.platform.markdown import plain, table
from mlops_assets.tasks.base import require_rows
from mlops_assets.tasks.metrics.intervals import with_intervals
from mlops_assets.tasks.metrics.logged_decisions import Logged, logged
from mlops_assets.tasks.metrics.metric import Metric, written
from mlops_assets.tasks.metrics.off_policy import (
    FORMULAS,
    SHOWN_ONLY,
    UNGATED,
    estimates,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class OffPolicy(LabelledPack):
    """The value that a policy would have had on logged rows, with 95 % intervals.

    The rows are held out: neither the policy nor its estimated rewards were fitted on them. The
    clipped estimate and the direct method are shown and cannot be gated.
    """

    type: Literal["off_policy"] = "off_policy"

    def require(self, spec: LifecycleSpec) -> None:
        """Raise `InputError` unless the model's context has an action and its propensity."""
        if not {"action", "propensity"} <= {*spec.context}:
            raise InputError(
                seen=f"the pack off_policy, and `context` with the roles {list(spec.context)}",
                expected="the roles action and propensity",
                todo="leave the pack out of `packs`",
            )

    def judge(self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec) -> PackResult:
        """The metrics of the task; `off_policy.png` and `off_policy.json` where they are stored."""
        require_rows(known, predictions)
        o = logged(known, predictions)
        found = with_intervals(estimates(o, {**FORMULAS, **SHOWN_ONLY}), seed=spec.seed)
        return PackResult(
            {name: it for name, it in found.items() if name not in UNGATED},
            draw=partial(_figure, o, found),
            documents={"off_policy.json": lambda: _document(found, action_shares(o))},
            panel=lambda: _panel(found, action_shares(o)),
        )

    def judge_day(
        self, known: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
    ) -> PackResult:
        """The same of a day's rewards; its metrics are those of the day already."""
        found = self.judge(known, predictions, spec)
        return PackResult(documents=found.documents, panel=found.panel)


def _figure(o: Logged, found: Mapping[str, Metric]) -> dict[str, Figure]:
    from mlops_assets.evaluation.figures.off_policy import off_policy

    return {"off_policy": off_policy(found, o.weight)}


def _document(found: Mapping[str, Metric], shares: Sequence[ActionShare]) -> dict[str, Any]:
    return {
        "estimates": {name: it.model_dump(mode="json") for name, it in found.items()},
        "never_gated": dict(UNGATED),
        "actions": [it.model_dump(mode="json") for it in shares],
        "in_words": advice(found),
    }


def _panel(found: Mapping[str, Metric], shares: Sequence[ActionShare]) -> dict[str, str]:
    """Short texts, because Dagster shows a long one only after a click."""
    return {
        "conclusion": "\n\n".join(map(plain, advice(found))),
        "off_policy": table(["estimate", "value", "95 % interval"], _estimates(found)),
        "actions": table(
            ["action", "rows", "in the log", "by the policy", "mean 1 / propensity"],
            [_action(it) for it in shares],
        ),
    }


def _estimates(found: Mapping[str, Metric]) -> list[tuple[str, str, str]]:
    return [
        (f"{name} (not gated)" if name in UNGATED else name, *written(it.value, it.low, it.high))
        for name, it in found.items()
    ]


def _action(it: ActionShare) -> tuple[str, ...]:
    shares = (f"{it.logged_share:.3f}", f"{it.policy_share:.3f}")
    doubt = "" if it.is_calibrated else " (should be 1)"
    return plain(it.action), f"{it.rows:,}", *shares, f"{it.inverse:.3f}{doubt}"
