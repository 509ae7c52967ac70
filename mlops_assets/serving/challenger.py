"""Follow the challenger of an experiment: which version it is, and whether it can take part."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError, logger, one_line
from mlops_assets.experiments.assignment import unit_key
from mlops_assets.experiments.files import ERRORS, SHADOW
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.registry.policies.serving import name_arms
from mlops_assets.registry.policies.store import PolicyStore
from mlops_assets.registry.reading import ModelReader
from mlops_assets.serving.copies import Copies
from mlops_assets.serving.hourly_file import HourlyFile
from mlops_assets.serving.loading import load_version, named
from mlops_assets.serving.served_model import ServedModel, Version
from mlops_assets.serving.trial import Trial
from mlops_assets.spec.experiment import Experiment
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import STAGING

if TYPE_CHECKING:
    from mlflow import MlflowClient

LOG = logger(__name__)
RETRY_SECONDS = 60


class Challenger:
    """The challenger of one model. `trial` is None while the champion answers everything.

    `degraded` says why a version that should take part does not; `waiting` why there is none.
    """

    def __init__(
        self,
        spec: LifecycleSpec,
        plan: Experiment,
        folder: Path,
        copies: Copies,
        policies: PolicyStore,
    ) -> None:
        self.spec, self.plan, self.folder, self.policies = spec, plan, folder, policies
        self.trial: Trial | None = None
        self.degraded, self.waiting = "", "MLflow has not been asked yet"
        self._copies = copies
        self._files = HourlyFile(folder / ERRORS), HourlyFile(folder / SHADOW)
        self._refused: Version | None = None
        self._retry_at = 0.0

    def follow(self, client: MlflowClient, champion: ServedModel | None) -> str:
        """Take the version that should be the challenger.

        Returns why it cannot be when it is first tried, else "".
        """
        try:
            version = self._wanted(client, champion)
        except InputError as error:
            return self._stays(None, error)
        if version is None or champion is None:
            self.trial, self.degraded, self._refused = None, "", None
            return ""
        if version == self._refused and time.monotonic() < self._retry_at:
            return ""
        try:
            self._begin(self._loaded(client, version), champion)
        except InputError as error:
            return self._stays(version, error)
        return ""

    def state(self) -> dict[str, str]:
        """What `/model-info` says of the experiment."""
        trial = self.trial
        if trial is None:
            return {"status": self.degraded or self.waiting}
        running = "the challenger predicts in the shadow" if self.plan.shadow else "running"
        return {"name": trial.name, "challenger": str(trial.challenger.version), "status": running}

    def _wanted(self, client: MlflowClient, champion: ServedModel | None) -> Version | None:
        """The challenger; None, and `waiting` says why, if nothing can be compared."""
        model = ModelReader(client, self.spec.registered_name)
        is_stage = self.plan.challenger == STAGING
        found = model.at(STAGING) if is_stage else model.version(self.plan.challenger)
        if found is None:
            self.waiting = "no version is staged"
        elif champion is None or champion.version.origin != "registry":
            self.waiting = "no production version answers"
        elif str(found.version) == champion.version.number:
            self.waiting = f"version {found.version} is in production itself"
        else:
            return Version(str(found.version), "registry", model_id_of(found))
        return None

    def _loaded(self, client: MlflowClient, version: Version) -> ServedModel:
        if self.trial and self.trial.challenger.version == version:
            return self.trial.challenger
        loaded = load_version(client, self.spec, version, self._copies)
        return named(loaded, self.spec, self.policies)

    def _begin(self, challenger: ServedModel, champion: ServedModel) -> None:
        _require_same_fields(challenger, champion)
        numbers = champion.version.number, challenger.version.number
        now, name = self.trial, self.plan.name_for(self.spec.name, *numbers)
        if now and (now.challenger, now.champion) == (challenger, champion.version):
            return
        if self.spec.policy:
            name_arms(self.policies, self.spec, self.plan, *numbers)
        self.degraded, self._refused = "", None
        key = unit_key(self.folder)
        self.trial = Trial(name, self.plan, champion.version, challenger, key, *self._files)
        LOG.info("%s: the experiment %s has begun", self.spec.name, name)

    def _stays(self, version: Version | None, error: InputError) -> str:
        is_news = version != self._refused or not self.degraded
        self.trial, self._refused = None, version
        self.degraded = f"the champion answers all: {one_line(str(error))}"
        self._retry_at = time.monotonic() + RETRY_SECONDS
        return self.degraded if is_news else ""


def _require_same_fields(challenger: ServedModel, champion: ServedModel) -> None:
    """Raise `InputError` unless both take the same rows."""
    ours, theirs = (
        {field.name: field.role for field in it.schema.fields} for it in (challenger, champion)
    )
    if ours != theirs:
        raise InputError(
            seen=f"version {challenger.version.number} takes other fields than the champion: "
            f"{sorted(dict(ours.items() ^ theirs.items()))}",
            expected="two versions that take the same rows",
            todo="promote it, or compare it on the holdout: `mlops-assets compare`",
        )
