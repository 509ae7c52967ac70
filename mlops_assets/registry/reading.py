"""Read a model in MLflow's registry: its versions, their stages and verdicts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.platform.mlflow.version_tags import stored_key, with_plain_tags
from mlops_assets.registry.version_number import version_number
from mlops_assets.registry.writes import Snapshot
from mlops_assets.spec.stage_names import NONE, PRODUCTION, StageNames

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion, RegisteredModel
    from mlflow.exceptions import MlflowException

ACKNOWLEDGED = "acknowledged_episode"
STAGE_NAMES = "stage_names"
PAGE = 1000


class ModelReader:
    """The registered model `name` in MLflow; it need not exist yet."""

    def __init__(self, client: MlflowClient, name: str) -> None:
        if not name or set(name) & set("/:.%\"'"):
            raise InputError(
                seen=f"the model name {name!r}",
                expected="a name without / : . % or quotes",
                todo="choose another name for the model",
            )
        self.client, self.name = client, name

    def at(self, stage: str) -> ModelVersion | None:
        """The version at `stage` (`staging` or `production`), if any."""
        found = self.registered()
        if found is None:
            return None
        number = found.aliases.get(stage_names(found).shown(stage))
        return self.find(number) if number else None

    def at_alias(self, alias: str) -> ModelVersion | None:
        """The version with that alias, by one query; None if there is none."""
        from mlflow.exceptions import MlflowException

        try:
            return with_plain_tags(self.client.get_model_version_by_alias(self.name, alias))
        except MlflowException as error:
            _require_absent(error)
        return None

    def serving(self) -> ModelVersion:
        """The production version. Raises `InputError` if there is none."""
        if version := self.at(PRODUCTION):
            return version
        raise InputError(
            seen=f"no version of {self.name} is in production",
            expected="a production version",
            todo="materialize the model's assets up to production_version, or approve the staged "
            "version by materializing production_version",
        )

    def find(self, number: str | int) -> ModelVersion | None:
        """The version with that number, if it exists. Raises `InputError` if it is no number."""
        found = self._as_stored(number)
        return with_plain_tags(found) if found else None

    def version(self, number: str | int) -> ModelVersion:
        """The version with that number. Raises `InputError` like `find`, or if there is none."""
        return with_plain_tags(self._existing(number))

    def _existing(self, number: str | int) -> ModelVersion:
        if found := self._as_stored(number):
            return found
        newest = [str(it.version) for it in self.versions(limit=10)]
        raise InputError(
            seen=f"{self.name} has no version {number}",
            expected=f"one of {newest}" if newest else "a model with versions",
            todo="correct the number or the model's name",
        )

    def versions(self, *, limit: int | None = None) -> list[ModelVersion]:
        """The versions, the newest first; one search per 1,000."""
        found, token = [], None
        while limit is None or len(found) < limit:
            page = self.client.search_model_versions(
                f"name = '{self.name}'",
                max_results=min(limit or PAGE, PAGE),
                order_by=["version_number DESC"],
                page_token=token,
            )
            found += page
            token = page.token
            if not token:
                break
        return [with_plain_tags(it) for it in found[:limit]]

    def _as_stored(self, number: str | int) -> ModelVersion | None:
        from mlflow.exceptions import MlflowException

        try:
            return self.client.get_model_version(self.name, version_number(number))
        except MlflowException as error:
            _require_absent(error)
        return None

    def with_fingerprint(self, fingerprint: str) -> ModelVersion | None:
        """The newest version fitted with exactly this data, code and parameters, if any."""
        return self.with_tag("fingerprint", fingerprint)

    def with_tag(self, name: str, value: str) -> ModelVersion | None:
        """The newest version with that value of a tag, if any."""
        found = []
        for key in {stored_key(name), name}:  # releases before 0.2 wrote the plain name
            found += self.client.search_model_versions(
                f"name = '{self.name}' and tags.`{key}` = '{value}'",
                max_results=1,
                order_by=["version_number DESC"],
            )
        newest = max(found, key=lambda it: int(it.version), default=None)
        return with_plain_tags(newest) if newest else None

    def verdict(self, version: ModelVersion) -> Verdict | None:
        """The stored verdict of a version; None if it has none."""
        text = version.tags.get("verdict")
        return Verdict.model_validate_json(text) if text else None

    def names(self) -> StageNames:
        """The model's names for its stages."""
        found = self.registered()
        return stage_names(found) if found else StageNames()

    def stage_of(self, version: ModelVersion) -> str:
        """The stage of a version, by this project's names."""
        return self.names().meaning(version.tags.get("stage", NONE))

    def acknowledged(self) -> date | None:
        """The newest drift episode that was acknowledged."""
        found = self.registered()
        day = found.tags.get(ACKNOWLEDGED) if found else None
        return date.fromisoformat(day) if day else None

    def acknowledge(self, episode: date) -> None:
        """Acknowledge `episode`, so that later drift may start a retrain again."""
        self.client.set_registered_model_tag(self.name, ACKNOWLEDGED, str(episode))

    def snapshot(self, *versions: str) -> Snapshot:
        """The current aliases, and the tags of `versions` and of versions with an alias.

        The tags have their keys in MLflow, so that undoing a change leaves them as they were.
        """
        found = self.registered()
        aliases = {k: str(v) for k, v in found.aliases.items()} if found else {}
        numbers = dict.fromkeys([*versions, *aliases.values()])
        return Snapshot(
            aliases=aliases,
            tags={str(it.version): dict(it.tags) for it in map(self._existing, numbers)},
            model_tags=dict(found.tags) if found else {},
        )

    def registered(self) -> RegisteredModel | None:
        """The model in MLflow, with its aliases and tags; None before its first version."""
        from mlflow.exceptions import MlflowException

        try:  # takes half of the time of a search
            return self.client.get_registered_model(self.name)
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
        return None


def _require_absent(error: MlflowException) -> None:
    """Raise the error unless it says that there is no such model, version or alias."""
    if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
        raise error


def stage_names(found: RegisteredModel) -> StageNames:
    """Read the registered model's stage names from its tag.

    Raises `InputError` if the tag is invalid.
    """
    return stage_names_in(found.tags, found.name)


def stage_names_in(tags: Mapping[str, str], name: str) -> StageNames:
    """The stage names in the tags of the model `name`. Raises `InputError` like `stage_names`."""
    text = tags.get(STAGE_NAMES)
    try:
        return StageNames.model_validate_json(text) if text else StageNames()
    except ValidationError as error:
        raise InputError(
            seen=f"the tag {STAGE_NAMES} of {name} in MLflow cannot be read: {text}",
            expected=f"JSON such as {StageNames().model_dump_json()}",
            todo="correct the tag in MLflow, or remove it",
        ) from error
