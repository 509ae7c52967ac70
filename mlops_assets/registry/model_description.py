"""The description of a registered model on MLflow's pages; one that a person wrote stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.platform.markdown import plain

if TYPE_CHECKING:
    from mlops_assets.registry.registered_model import RegisteredModel
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

WRITTEN = "Written from its defs.yaml by mlops_assets."
"""The last line of what is replaced when defs.yaml changes."""


def describe(model: RegisteredModel, spec: LifecycleSpec) -> None:
    """Describe the registered model, unless its description is current or somebody else's."""
    found, text = model.registered(), model_description(spec)
    if found is None or found.description == text:
        return
    if not found.description or found.description.endswith(WRITTEN):
        model.client.update_registered_model(model.name, text)


def model_description(spec: LifecycleSpec) -> str:
    """What the model is for, whose it is, and where to read how good it is."""
    task = plain(spec.task.words(spec.target))
    purpose = spec.description or f"{task[:1].upper()}{task[1:]}."
    return "\n\n".join(
        [
            purpose,
            f"- Task: {task}\n- Owner: {plain(spec.owner)}\n"
            f"- The version in production has the alias `{spec.stage_names.production}`. Each "
            "version's description says how good it is and where it stands.",
            WRITTEN,
        ]
    )
