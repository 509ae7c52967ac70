"""One model's place in the server: what answers now, and the switch to what should."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError, logger, one_line
from mlops_assets.registry.policies.store import PolicyStore
from mlops_assets.serving.candidates import wanted
from mlops_assets.serving.challenger import Challenger
from mlops_assets.serving.copies import Copies
from mlops_assets.serving.loading import load_copy, load_version, named
from mlops_assets.serving.served_model import ServedModel, Version
from mlops_assets.serving.trial import Trial
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

if TYPE_CHECKING:
    from mlflow import MlflowClient

LOG = logger(__name__)
RETRY_SECONDS = 60
ASK_AGAIN_SECONDS = 60
"""A number stays that of one version, unless the registered model is deleted and made anew."""


@dataclass
class Endpoint:
    """A model that is served; `folder` is for what it writes.

    A request takes `served` once; a switch is one assignment. `degraded` says why what answers is
    not what should, or why nothing answers, and is empty if all is well. `unlogged` says why
    answers cannot be logged, and so are not sent, `unnamed` why a policy answers that is no policy
    version.
    """

    spec: LifecycleSpec
    folder: Path
    copies: Copies
    policies: PolicyStore
    served: ServedModel | None = None
    degraded: str = ""
    unlogged: str = ""
    unnamed: str = ""
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    challenger: Challenger | None = None
    _refused: Version | None = None
    _retry_at: float = 0.0
    _ask_again_at: float = 0.0

    def __post_init__(self) -> None:
        """Look for a challenger if defs.yaml has an experiment."""
        if plan := self.spec.serving.experiment:
            copies = replace(self.copies, group=f"{self.copies.group}.challenger")
            self.challenger = Challenger(self.spec, plan, self.folder, copies, self.policies)

    @property
    def trial(self) -> Trial | None:
        """The experiment that runs; None if there is none."""
        return self.challenger.trial if self.challenger else None

    @property
    def problem(self) -> str:
        """Why it does not answer as it should: the log, the production version, the challenger."""
        of_challenger = self.challenger.degraded if self.challenger else ""
        return self.unlogged or self.degraded or self.unnamed or of_challenger

    def follow(self, client: MlflowClient, number: str | None) -> str:
        """Serve the production version `number`, and the challenger of an experiment.

        Returns why a version is not served when it is first tried, else "".
        """
        why = self._follow_champion(client, number)
        self._follow_policy_version()
        told = self.challenger.follow(client, self.served) if self.challenger else ""
        return why or told

    def _follow_champion(self, client: MlflowClient, number: str | None) -> str:
        """Serve the production version `number`, or the newest run's model if there is none.

        Keeps what serves while another is loaded, and if it cannot be. Returns why a version is
        not served when it is first tried, else "".
        """
        if self._is_served(number) and time.monotonic() < self._ask_again_at:
            self.degraded, self._refused = "", None
            return ""
        try:
            version = wanted(client, self.spec, number)
        except InputError as error:
            why = self._stays(None, error)
            return why if self.served else ""  # a model that was never trained is no news
        self._ask_again_at = time.monotonic() + ASK_AGAIN_SECONDS
        if self.served and self.served.version == version:
            self.degraded, self._refused = "", None
            return ""
        if version == self._refused and time.monotonic() < self._retry_at:
            return ""
        try:
            self._switch(load_version(client, self.spec, version, self.copies))
        except InputError as error:
            return self._stays(version, error)
        return ""

    def _follow_policy_version(self) -> None:
        """Answer as the policy version that serves is named; it may be named after it serves."""
        served, self.unnamed = self.served, ""
        if served is None or served.policy_version_id or served.version.origin == "run":
            return
        try:
            self.served = named(served, self.spec, self.policies)
        except InputError as error:
            self.unnamed = one_line(str(error))

    def _is_served(self, number: str | None) -> bool:
        """Whether the production version of this number answers: MLflow is asked no more."""
        now = self.served.version if self.served else None
        return now is not None and now.origin == "registry" and now.number == number

    def without_mlflow(self, why: str) -> None:
        """Go on with what serves, or begin with the last good copy: MLflow cannot be asked."""
        self.degraded = f"MLflow does not answer: {one_line(why)}"
        if none := self._begin_with_copy():
            self.degraded += f"; and there is {none.seen}"
        self._follow_policy_version()

    def _switch(self, served: ServedModel) -> None:
        self.served, self.since = served, datetime.now(UTC)
        self.degraded, self._refused = "", None
        LOG.info("%s: version %s answers, by %s", self.spec.name, served.version, served.path)

    def _stays(self, version: Version | None, error: InputError) -> str:
        is_news = version != self._refused or not self.degraded
        self.degraded = one_line(str(error))
        self._refused, self._retry_at = version, time.monotonic() + RETRY_SECONDS
        self._begin_with_copy()
        return self.degraded if is_news else ""

    def _begin_with_copy(self) -> InputError | None:
        """Serve the last good copy if nothing serves; returns why that is not possible."""
        if self.served is None:
            try:
                self.served, self.since = load_copy(self.spec, self.copies), datetime.now(UTC)
            except InputError as error:
                return error
        return None
