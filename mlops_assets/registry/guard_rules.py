"""Rules of the guard of MLflow's server: whether a request changes what serves or the ledger has.

Each takes the fields of a request and raises `InputError` if it is not allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.model_ids import registered_model_id
from mlops_assets.platform.mlflow.version_tags import plain_name
from mlops_assets.registry.ledger import Ledger
from mlops_assets.registry.policies.store import PolicyStore
from mlops_assets.registry.reading import STAGE_NAMES, stage_names
from mlops_assets.registry.version_number import version_number
from mlops_assets.registry.version_tags import OWN_TAGS
from mlops_assets.registry.what_serves import WhatServes, serving_number
from mlops_assets.registry.writes import WRITES, Write
from mlops_assets.registry.writes import alias as alias_write

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion


@dataclass(frozen=True)
class Asked:
    """A request: its fields, and the state that it is judged by."""

    fields: Mapping[str, Any]
    serving: WhatServes
    ledger: Ledger
    policies: PolicyStore

    def text(self, *names: str) -> str:
        """The first of these fields that is given; "" if none is."""
        return next((str(self.fields[it]) for it in names if self.fields.get(it)), "")

    def model(self) -> Any:
        """The registered model that is named. Raises `MlflowException` if there is none."""
        return self.serving.registry.get_registered_model(self.text("name"))


Rule = Callable[[Asked], None]


def run(asked: Asked) -> None:
    """Nothing changes the run of what serves, or the metrics of its logged model."""
    for name in ("run_id", "run_uuid"):
        _require_idle(asked.serving.of_run(asked.text(name)), f"the run {asked.text(name)}")
    measured = [asked.fields, *(_named(it) for it in asked.fields.get("metrics", ()))]
    for model_id in {str(it["model_id"]) for it in measured if it.get("model_id")}:
        _require_idle(asked.serving.of_logged_model(model_id), f"the logged model {model_id}")


def logged_model(asked: Asked) -> None:
    """Nothing changes the logged model of what serves."""
    model_id = asked.text("model_id")
    _require_idle(asked.serving.of_logged_model(model_id), f"the logged model {model_id}")


def experiment(asked: Asked) -> None:
    """An experiment with the run of what serves is neither deleted nor renamed."""
    given = asked.text("experiment_id")
    _require_idle(asked.serving.of_experiment(given), f"the experiment {given}")


def version(asked: Asked) -> None:
    """A production version is not deleted, nor moved between MLflow's own stages."""
    number, serving = version_number(asked.text("version")), serving_number(asked.model())
    if number == serving:
        raise _in_production(asked.text("name"), number)


def deleted_version(asked: Asked) -> None:
    """Neither a production version nor one that a policy version names is deleted."""
    version(asked)
    asked.policies.require_unnamed(asked.text("name"), version_number(asked.text("version")))


def version_tag(asked: Asked) -> None:
    """A tag that the ledger's changes write is written by these alone."""
    name, key, value = asked.text("name"), asked.text("key"), asked.fields.get("value")
    if key not in OWN_TAGS or not asked.ledger.history(name, limit=1):
        return
    number = version_number(asked.text("version"))
    found = asked.serving.registry.get_model_version(name, number)
    if plain_name(key) == "model_id" and value and value == registered_model_id(found):
        return  # puts right what somebody changed
    write = Write(to="tag", version=number, key=key, value=value)
    _require_planned(asked, write, f"the tag {key} of {name} version {number}")


def model(asked: Asked) -> None:
    """A model with a production version, or one that a policy version names, is not deleted."""
    if serving := serving_number(asked.model()):
        raise _in_production(asked.text("name"), serving)
    asked.policies.require_unnamed(asked.text("name"))


def model_name(asked: Asked) -> None:
    """A model that the ledger knows keeps its name."""
    name = asked.text("name")
    if asked.ledger.history(name, limit=1):
        raise InputError(
            seen=f"the ledger has the history of {name} under this name",
            expected="a model that keeps its name",
            todo="set the new name as `registered_name` in defs.yaml and retrain",
        )


def model_tag(asked: Asked) -> None:
    """The names of the stages, which say what the aliases mean, change with `defs.yaml` alone."""
    if asked.text("key") == STAGE_NAMES:
        write = Write(to="model_tag", key=STAGE_NAMES, value=asked.fields.get("value"))
        _require_planned(asked, write, f"the tag {STAGE_NAMES} of {asked.text('name')}")


def alias(asked: Asked) -> None:
    """An alias that is a stage is moved by a change in the ledger alone."""
    name = asked.text("alias")
    if name not in dict(stage_names(asked.model())).values():
        return
    number = asked.text("version")
    write = alias_write(name, version_number(number) if number else None)
    _require_planned(asked, write, f"the alias {name} of {asked.text('name')}")


def _require_planned(asked: Asked, write: Write, what: str) -> None:
    """Raise `InputError` unless an open change in the ledger makes this write.

    Such a change was started by `mlops-assets` itself, through this server.
    """
    model, open_changes = asked.text("name"), asked.ledger.unfinished(asked.text("name"))
    texts = [text for it in open_changes for text in (it.writes, it.undo)]
    if not any(write in WRITES.validate_json(text) for text in texts):
        raise InputError(
            seen=f"{what} belongs to the stages, and no change in the ledger sets it",
            expected="a change of the stage by its gates or with a reason",
            todo=f"`mlops-assets promote {model} VERSION`, `rollback` or `archive`",
        )


def _require_idle(serving: ModelVersion | None, what: str) -> None:
    if serving is not None:
        raise _in_production(serving.name, version_number(serving.version), f", with {what}")


def _in_production(name: str, number: str, what: str = "") -> InputError:
    force = f'`mlops-assets archive {name} {number} --force --reason "…"`'
    return InputError(
        seen=f"{name} version {number} is in production{what}",
        expected="a change of nothing that is in production",
        todo=f"promote another version first, or take this one out of production: {force}",
    )


def _named(message: Any) -> dict[str, Any]:
    return {field.name: value for field, value in message.ListFields()}
