"""Which versions of a registered model are old, and that nothing needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.operations.prune.part import Part
from mlops_assets.registry.ledger import Ledger
from mlops_assets.registry.overview import all_models
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.stage_names import PRODUCTION, STAGING

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

NEWEST_ROWS = 10
"""Rows of a model's ledger whose versions stay, however old they are."""


def old_versions(
    client: MlflowClient,
    ledger: Ledger,
    before: datetime,
    named: Collection[tuple[str, str]] = (),
) -> tuple[Part, list[ModelVersion]]:
    """The versions to remove, and all that stay.

    `named` are the models and numbers of versions that stay in any case.
    """
    old, kept = [], []
    for name in [it.name for it in all_models(client)]:
        model = RegisteredModel(client, name, ledger)
        needed = {*_needed(model), *(number for it, number in named if it == name)}
        for version in model.versions():
            is_old = _created(version) < before and str(version.version) not in needed
            (old if is_old else kept).append(version)
    names = tuple(f"{it.name} {it.version}" for it in old)

    def remove() -> str:
        for it in old:
            reason = f"pruned: older than {before:%Y-%m-%d}"
            RegisteredModel(client, it.name, ledger).delete(it, reason=reason)
        return ""

    return Part("versions", names, remove=remove), kept


def _needed(model: RegisteredModel) -> Iterator[str]:
    """Numbers of versions that serve, wait, have an alias, or are named by the ledger lately."""
    yield from model.snapshot().aliases.values()
    for stage in (PRODUCTION, STAGING):
        if found := model.at(stage):
            yield str(found.version)
    for row in model.history(limit=NEWEST_ROWS):
        yield from (row.version, row.serving, row.expected)
    if serving := model.at(PRODUCTION):
        try:
            yield model.previous(str(serving.version))
        except InputError:
            return  # there is nothing to roll back to


def _created(version: ModelVersion) -> datetime:
    return datetime.fromtimestamp(version.creation_timestamp / 1000, UTC)
