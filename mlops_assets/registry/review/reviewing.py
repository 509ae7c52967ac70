"""Review a version: collect its evidence and walk the checklist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_assets.registry.records import RegisteredVersion
from mlops_assets.registry.review.checklist import walk
from mlops_assets.registry.review.collecting import collect
from mlops_assets.registry.review.page import pictures, review_page
from mlops_assets.registry.review.records import Review
from mlops_assets.registry.review.result import ReviewResult

if TYPE_CHECKING:
    from mlops_assets.platform.settings import Settings
    from mlops_assets.registry.registered_model import RegisteredModel
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def review_version(
    model: RegisteredModel,
    spec: LifecycleSpec,
    number: str,
    settings: Settings,
    *,
    reviewer: str,
    notes: Sequence[str] = (),
    stakeholders: Sequence[str] = (),
) -> Review:
    """The review of a version before its decision. Raises `InputError` if there is none."""
    evidence = collect(model, spec, number, settings, told=stakeholders)
    verdict = model.version(number).tags.get("verdict", "")
    return walk(evidence, reviewer=reviewer, verdict=verdict, notes=notes)


def review_result(
    model: RegisteredModel,
    spec: LifecycleSpec,
    registered: RegisteredVersion,
    settings: Settings,
    *,
    reviewer: str,
) -> ReviewResult:
    """The review of the registered version, as the asset records it."""
    found = review_version(model, spec, registered.version, settings, reviewer=reviewer)
    command = f"mlops-assets review {spec.name} {found.version}"
    return ReviewResult(
        record=found,
        html=review_page(found, pictures(model.client, found), settings.mlflow_ui),
        dataset_version=registered.dataset_version,
        command=f"{command} --approve, or --reject --reason …",
    )
