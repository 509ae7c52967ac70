"""Single writes to MLflow's registry, each idempotent and reversible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from mlops_assets.platform.mlflow.version_tags import plain, stored_key

if TYPE_CHECKING:
    from mlflow import MlflowClient


class Write(BaseModel):
    """One write: its target, and the value there afterwards (None: nothing)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Literal["tag", "alias", "model_tag", "version"]
    key: str = ""
    version: str = ""
    value: str | None = None

    def apply(self, client: MlflowClient, model: str) -> None:
        """Apply the write. Raises `MlflowException` if the version was deleted."""
        if self.to == "tag" and self.value is not None:
            client.set_model_version_tag(model, self.version, self.key, self.value)
        elif self.to == "tag":
            client.delete_model_version_tag(model, self.version, self.key)
        elif self.to == "alias" and self.value is not None:
            client.set_registered_model_alias(model, self.key, self.value)
        elif self.to == "alias":
            client.delete_registered_model_alias(model, self.key)
        elif self.to == "model_tag":
            client.set_registered_model_tag(model, self.key, self.value or "")
        elif not _is_gone(client, model, self.version):
            client.delete_model_version(model, self.version)


WRITES = TypeAdapter(tuple[Write, ...])


@dataclass(frozen=True)
class Snapshot:
    """The current state of a model in MLflow: aliases, and the tags of the relevant versions.

    `tags` has the keys that MLflow has.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    model_tags: Mapping[str, str] = field(default_factory=dict)

    def named(self, version: str) -> Mapping[str, str]:
        """The tags of a version by their plain names; empty if it is not in the snapshot."""
        return plain(self.tags.get(version, {}))


def tag(version: str, **values: str | None) -> tuple[Write, ...]:
    """The writes of tags of a version by their plain names, in that order; None removes one.

    What an earlier release stored under the plain name of a hidden tag is removed after it.
    """
    keys = [(key, v) for name, v in values.items() for key, v in _keys(name, v)]
    return tuple(Write(to="tag", version=version, key=key, value=value) for key, value in keys)


def _keys(name: str, value: str | None) -> list[tuple[str, str | None]]:
    own = [(stored_key(name), value)]
    return own if stored_key(name) == name else [*own, (name, None)]


def alias(name: str, version: str | None) -> Write:
    """Point the alias at a version, or remove it."""
    return Write(to="alias", key=name, value=version)


def inverse(writes: Iterable[Write], before: Snapshot) -> tuple[Write, ...]:
    """The writes that restore `before`, in reverse order. A deleted version stays deleted."""
    return tuple(
        write.model_copy(update={"value": _value(write, before)})
        for write in reversed(tuple(writes))
        if write.to != "version"
    )


def effective(writes: Iterable[Write], before: Snapshot) -> tuple[Write, ...]:
    """The writes that change something."""
    return tuple(w for w in writes if w.to == "version" or _value(w, before) != w.value)


def _value(write: Write, snapshot: Snapshot) -> str | None:
    if write.to == "tag":
        return snapshot.tags.get(write.version, {}).get(write.key)
    return (snapshot.aliases if write.to == "alias" else snapshot.model_tags).get(write.key)


def _is_gone(client: MlflowClient, model: str, version: str) -> bool:
    from mlflow.exceptions import MlflowException

    try:
        client.get_model_version(model, version)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return True
        raise
    return False
