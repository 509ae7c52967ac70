"""Make a registered version a version of its policy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from mlops_assets.platform.mlflow.result import Result
from mlops_assets.registry.policies.records import PolicyVersion
from mlops_assets.registry.policies.store import PolicyStore
from mlops_assets.registry.records import RegisteredVersion
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.policy_version import PolicyIdentity

if TYPE_CHECKING:
    from mlops_assets.platform.settings import Settings
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class NamedPolicyVersion(BaseModel):
    """What `policy_version` hands on: the row, or why there is none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    registered: RegisteredVersion
    row: PolicyVersion | None
    why_none: str = ""


def name_policy_version(
    model: RegisteredModel, spec: LifecycleSpec, registered: RegisteredVersion, settings: Settings
) -> PolicyVersionResult:
    """Append the row of a version that passed its gates, unless there is one."""
    given = spec.policy
    if given is None:  # the asset is only built for a model that has it
        raise RuntimeError(f"{spec.name} has no `policy` in its defs.yaml")
    if not registered.passed:
        why = f"version {registered.version} failed its gates"
        return PolicyVersionResult(
            NamedPolicyVersion(registered=registered, row=None, why_none=why)
        )
    store = PolicyStore(settings.warehouse_url)
    row = store.add(given.uuid, registered.name, registered.version, given.config_defaults)
    stage = model.stage_of(model.version(registered.version))
    found = NamedPolicyVersion(registered=registered, row=row)
    return PolicyVersionResult(found, given, spec.stage_names.shown(stage))


@dataclass(frozen=True)
class PolicyVersionResult(Result):
    """The policy version; `stage` is that of the registered version, now."""

    record: NamedPolicyVersion
    given: PolicyIdentity | None = None
    stage: str = ""

    def tags(self) -> dict[str, str]:
        """The version of the training rows, and of the model."""
        registered = self.record.registered
        return {"dataset_version": registered.dataset_version, "version": registered.version}

    def params(self) -> dict[str, Any]:
        """The ids of the policy and of its version."""
        row = self.record.row
        if row is None:
            return {"policy_version": self.record.why_none}
        return {
            "policy_name": self.given.id if self.given else "",
            "policy_id": str(row.policy_id),
            "policy_version_id": str(row.id),
        }

    def metrics(self) -> dict[str, float]:
        """The number of the policy version; 0 for none."""
        return {"policy_version": float(self.record.row.version if self.record.row else 0)}

    def documents(self) -> dict[str, Any]:
        """The row."""
        return {"policy_version.json": self.record.model_dump(mode="json")}

    def panel(self) -> dict[str, Any]:
        """The row, with the stage as it is now."""
        row = self.record.row
        if row is None:
            return {"policy_version": f"none: {self.record.why_none}"}
        return {
            "policy_version_id": str(row.id),
            "policy_name": self.given.id if self.given else str(row.policy_id),
            "policy_version": row.version,
            "registered_version": f"{row.mlflow_model_name} {row.mlflow_model_version}",
            "stage": self.stage,
            "config_defaults": json.dumps(row.config_defaults),
        }
