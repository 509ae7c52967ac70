"""Resolve a version, stage, alias or address to the URI of a model."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.errors import InputError, logger
from mlops_assets.platform.mlflow.model_ids import model_id_of, registered_model_id
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.stage_names import PRODUCTION, STAGES, STAGING

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

LOG = logger(__name__)
ADDRESS = re.compile(r"models:/(?P<name>[^/@]+)(?:@(?P<alias>[^/@]+)|/(?P<part>[^/@]+))?")

MODEL_ID = re.compile(r"models:/(m-[^/@]+)")
"""An address that names a logged model itself, which never changes."""


class Named(NamedTuple):
    """A version, and the alias of its model that leads to it; "" if asked for by its number."""

    version: "ModelVersion"
    alias: str = ""


def named(
    of: Callable[[str], RegisteredModel],
    model_name: str,
    version: str | int | None = None,
    stage: str | None = None,
    alias: str | None = None,
) -> Named:
    """Find the version that a number, stage, alias or address names.

    Warns with the new address if that is one of MLflow's deprecated stages. Raises `InputError` if
    there is no such version.
    """
    if match := ADDRESS.fullmatch(model_name):
        model_name, alias = match["name"], match["alias"] or alias
        part = match["part"]
        version, stage = (part, stage) if part and part.isdigit() else (version, part or stage)
    if sum(it is not None for it in (version, stage, alias)) > 1:
        raise InputError(
            seen=f"version {version}, stage {stage} and alias {alias} of {model_name} at once",
            expected="only one of the three",
            todo="leave out the others",
        )
    model = of(model_name)
    if alias is not None:
        return _at_alias(model, alias)
    if version is not None:
        return Named(model.version(version))
    found = _at_stage(model, stage or PRODUCTION)
    if match and stage not in (None, found.alias, *STAGES):
        LOG.warning(
            "models:/%s/%s is MLflow's old address; the new one is models:/%s@%s",
            *(model_name, stage, model_name, found.alias),
        )
    return found


def uri_of(version: "ModelVersion") -> str:
    """The URI `models:/m-…` of a version, or `models:/name/3` if it has no logged model.

    Raises `InputError` like `model_id_of`.
    """
    if registered_model_id(version) is None:
        return f"models:/{version.name}/{version.version}"
    return f"models:/{model_id_of(version)}"


def _at_stage(model: RegisteredModel, stage: str) -> Named:
    names = model.names()
    meant = names.meaning(stage)
    alias = names.shown(meant)
    if found := model.at_alias(alias) if meant in (PRODUCTION, STAGING) else None:
        return Named(found, alias)
    if meant == PRODUCTION:
        return Named(model.serving(), alias)  # says what to do
    raise _not_found(model, f"no version of {model.name} is {alias}")


def _at_alias(model: RegisteredModel, alias: str) -> Named:
    if found := model.at_alias(alias):
        return Named(found, alias)
    choices = list(model.snapshot().aliases)
    raise _not_found(model, f"no version of {model.name} has the alias {alias!r}", choices)


def _not_found(model: RegisteredModel, seen: str, choices: list[str] | None = None) -> InputError:
    return InputError(
        seen=seen,
        expected=f"one of {choices}" if choices else "a version with that stage or alias",
        todo=f"look at the versions of {model.name}, or give a version number",
    )
