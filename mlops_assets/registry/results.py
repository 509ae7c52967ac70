"""How a registration and a promotion are recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_assets.evaluation.tables import gate_table
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.platform.git_commit import Commit
from mlops_assets.platform.markdown import plain
from mlops_assets.platform.mlflow.result import Markdown, Result
from mlops_assets.registry.promotion import Decision
from mlops_assets.registry.records import ProductionVersion, RegisteredVersion
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.stage_names import PRODUCTION

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

CHANGES_SHOWN = 20
LENGTH = 950
"""Characters; Dagster hides Markdown of 1,000 characters or more behind a click."""


@dataclass(frozen=True)
class RegistrationResult(Result):
    """A registered version with its verdict and its model card (Markdown, and as HTML `page`).

    `stage_name` is what the model calls its stage, `commit` what its defs.yaml was at.
    """

    record: RegisteredVersion
    verdict: Verdict
    card: str
    stage_name: str
    commit: Commit
    page: str = ""

    def tags(self) -> dict[str, str]:
        """The version of the training rows, and of the model."""
        version = self.record.version
        return {"dataset_version": self.record.dataset_version, "version": version}

    def params(self) -> dict[str, str]:
        """The version, its stage, and the commit of its defs.yaml."""
        git = {"git_commit": self.commit.commit or str(self.commit)}
        if self.commit.commit:
            git |= {"git_author": self.commit.author, "git_subject": self.commit.subject}
            git |= {"git_changed": str(self.commit.changed).lower()}
        return {"version": self.record.version, "version_stage": self.record.stage, **git}

    def metrics(self) -> dict[str, float]:
        """Two flags, 0 or 1."""
        flags = {"is_new": self.record.is_new, "gates_passed": self.record.passed}
        return {name: float(flag) for name, flag in flags.items()}

    def files(self) -> dict[str, str]:
        """The model card."""
        return {"model_card.md": self.card}

    def pages(self) -> dict[str, str]:
        """The model card with its curves."""
        return {"model_card": self.page} if self.page else {}

    def panel(self) -> dict[str, Any]:
        """The version, its stage and why."""
        named = {} if self.stage_name == self.record.stage else {"stage_is_called": self.stage_name}
        return {
            "version": self.record.version,
            "stage": self.record.stage,
            **named,
            "is_new": self.record.is_new,
            "git": str(self.commit),
            "verdict": Markdown(gate_table(self.verdict)),
            "model_card": Markdown(self.card),
        }

    def facts(self) -> RegisteredVersion:
        """The version, for the outcome of a retrain."""
        return self.record


@dataclass(frozen=True)
class PromotionResult(Result):
    """What serves, and why.

    `forced` is the reason given when the serving version was forced, "no" if it was not; `ledger`
    are the latest stage changes (Markdown); `load_with` is the URI of the serving version.
    """

    record: ProductionVersion
    policy: str
    promoted: bool
    forced: str
    ledger: str
    load_with: str

    def tags(self) -> dict[str, str]:
        """The version of the training rows."""
        return {"dataset_version": self.record.dataset_version}

    def params(self) -> dict[str, str]:
        """The promotion policy, and the version that serves."""
        return {"promotion": self.policy, "version": self.record.version or "none"}

    def metrics(self) -> dict[str, float]:
        """Whether a version was promoted, 0 or 1."""
        return {"promoted": float(self.promoted)}

    def documents(self) -> dict[str, Any]:
        """The whole record."""
        return {"promotion.json": self.record.model_dump()}

    def panel(self) -> dict[str, Any]:
        """From which version to which, why, and the latest stage changes."""
        record = self.record
        return {
            "version": record.version or "none serves yet",
            "change": f"{record.previous or 'none'} → {record.version or 'none'}",
            "why": record.why,
            "waiting": record.waiting or "none",
            "forced": self.forced,
            "ledger": Markdown(self.ledger),
            "load_with": self.load_with,
        }

    def facts(self) -> ProductionVersion:
        """The version, for the outcome of a retrain."""
        return self.record


def promotion_result(
    model: RegisteredModel,
    spec: LifecycleSpec,
    decision: Decision,
    serving: ModelVersion | None,
    staged: ModelVersion | None,
    registered: RegisteredVersion,
) -> PromotionResult:
    """What serves after the decision on `staged` was carried out; `serving` served before."""
    before = str(serving.version) if serving else None
    candidate = str(staged.version) if staged else None
    record = ProductionVersion(
        name=model.name,
        version=candidate if decision.promote else before,
        previous=before,
        waiting=None if decision.promote else candidate,
        why=decision.why,
        dataset_version=registered.dataset_version,
    )
    changes = [entry for entry in model.history(limit=CHANGES_SHOWN) if entry.kind != "intent"]
    return PromotionResult(
        record=record,
        policy=spec.promotion,
        promoted=decision.promote,
        forced=_forced(model),
        ledger=change_list([entry.line() for entry in changes], model.name),
        load_with=f"models:/{model.name}@{spec.stage_names.production}",
    )


def change_list(lines: Sequence[str], name: str) -> str:
    """The newest stage changes as a list, as many as Dagster shows in place; "none" without any."""
    shown, rest = "", f"\n\nand earlier ones: `mlops-assets history {name}`"
    for line in lines:
        entry = f"- {plain(line)}\n"
        if shown and len(shown) + len(entry) + len(rest) > LENGTH:
            return shown + rest
        shown += entry
    return shown.rstrip() or "none"


def _forced(model: RegisteredModel) -> str:
    """The reason given when the serving version was forced, or "no"."""
    serving = model.at(PRODUCTION)
    return serving.tags.get("forced", "no") if serving else "no"
