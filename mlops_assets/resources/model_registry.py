"""Every model of the registry, for programs, the command line and the assets alike."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from mlops_assets.core.errors import InputError
from mlops_assets.core.gates import Gates
from mlops_assets.core.ledger import Entry
from mlops_assets.core.registry import ARCHIVED, PRODUCTION, STAGING, RegisteredModel
from mlops_assets.core.registry.overview import ModelSummary, VersionFacts, summaries
from mlops_assets.resources.mlflow_store import explained, open_store
from mlops_assets.resources.registry import open_ledger, registered_model
from mlops_assets.resources.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient

GatesOf = Callable[[str], Gates | None]
BY_HAND = "promoted by hand"


def gates_in_defs(model_name: str) -> Gates | None:
    """The gates that defs.yaml asks of the model now; None for a model of somebody else's."""
    from mlops_assets.definitions import defs
    from mlops_assets.loading import specs

    known = {spec.registered_name: spec.gates for spec in specs(defs()).values()}
    return known.get(model_name)


class ModelRegistry:
    """The registry and the ledger that the settings name; opened when first used.

    `of(model_name)` gives one model with everything that can be said of it. Versions may be given
    as numbers or text. Whatever changes a stage finishes first what was interrupted before.
    """

    def __init__(
        self, settings: Settings, *, actor: str = "", gates_of: GatesOf = gates_in_defs
    ) -> None:
        self.settings, self.actor, self.gates_of = settings, actor, gates_of

    @classmethod
    def from_environment(cls, *, actor: str = "") -> "ModelRegistry":
        """The registry that the environment names; `actor` (default: the user) changes stages."""
        return cls(Settings.from_environment(), actor=actor)

    @property
    def client(self) -> "MlflowClient":
        """MLflow's client. Raises `InputError` where the server does not answer."""
        return open_store(self.settings)

    def of(self, model_name: str) -> RegisteredModel:
        """One model with its ledger, after finishing what was interrupted."""
        return registered_model(self.client, model_name, self.settings, self.actor)

    def log_model(
        self,
        model: Any,
        model_name: str,
        metrics: Mapping[str, float] | None = None,
        params: Mapping[str, Any] | None = None,
        *,
        example: "pd.DataFrame | None" = None,
        experiment: str = "",
    ) -> str:
        """Log a fitted scikit-learn estimator in a run of its own and return the run's id.

        It is saved as skops. `example`: rows as it was fitted on, for the signature. The
        experiment is called like the model unless it is named. Raises `InputError`, before
        anything is logged, for what cannot be saved safely.
        """
        from mlops_assets.resources.logged_estimator import log_estimator

        with explained(self.settings):
            return log_estimator(
                self.client,
                self.settings,
                model,
                model_name,
                experiment=experiment or model_name,
                metrics=metrics or {},
                params=params or {},
                example=example,
            )

    def register_model(self, run_id: str, model_name: str, *, description: str = "") -> str:
        """The version of the model that a run logged: a new one, or the one it already has.

        It has stage `none` and no verdict: only the asset `evaluation` judges gates. Raises
        `InputError` where the run logged no model.
        """
        from mlops_assets.resources.logged_estimator import logged_model_of

        with explained(self.settings):
            model, model_id = self.of(model_name), logged_model_of(self.client, run_id)
            query = f"name = '{model.name}' and tags.model_id = '{model_id}'"
            if known := self.client.search_model_versions(query, max_results=1):
                return str(known[0].version)
            tags = {"model_id": model_id}
            return model.create_version(model_id, run_id=run_id, tags=tags, description=description)

    def promote_model(
        self,
        model_name: str,
        version: str | int,
        stage: str = PRODUCTION,
        *,
        reason: str = "",
        force: bool = False,
        since: date | None = None,
    ) -> Entry:
        """Move a version to `stage`: production, staging or archived, or the model's own names.

        Raises `InputError` where its verdict did not pass or the gates of defs.yaml changed since,
        unless `force`d with a reason, and where somebody else was faster.
        """
        with explained(self.settings):
            model = self.of(model_name)
            meant = model.names().meaning(stage)
            why = reason if force else reason or BY_HAND
            if meant == STAGING:
                return model.stage(version, why=why, force=force)
            if meant == ARCHIVED:
                return model.archive(version, reason=why, force=force)
            if meant != PRODUCTION:
                raise InputError(
                    seen=f"a version cannot be promoted to {stage}",
                    expected="production, staging or archived",
                    todo="use reject_model to reject a version",
                )
            gates = None if force else self.gates_of(model_name)
            return model.promote(version, why=why, since=since, gates=gates, force=force)

    def reject_model(self, model_name: str, version: str | int, *, reason: str) -> Entry:
        """Reject a version for good; no retrain stages it again."""
        with explained(self.settings):
            return self.of(model_name).reject(version, reason=reason)

    def archive_model(
        self, model_name: str, version: str | int, *, reason: str, force: bool = False
    ) -> Entry:
        """Put a version away; the one that serves only if `force`d."""
        with explained(self.settings):
            return self.of(model_name).archive(version, reason=reason, force=force)

    def rollback_model(
        self,
        model_name: str,
        to: str | int | None = None,
        *,
        reason: str,
        force: bool = False,
        since: date | None = None,
    ) -> Entry:
        """Let the version that served before, or `to`, serve again and reject the one that does."""
        with explained(self.settings):
            model = self.of(model_name)
            return model.rollback(to, reason=reason, force=force, since=since)

    def delete_version(self, model_name: str, version: str | int, *, reason: str) -> Entry:
        """Remove a version from the registry; never the one that serves."""
        with explained(self.settings):
            return self.of(model_name).delete(version, reason=reason)

    def load_model(
        self,
        model_name: str,
        version: str | int | None = None,
        stage: str | None = None,
        *,
        alias: str | None = None,
    ) -> Any:
        """The model of a version, of a stage or of an alias; default: the version that serves.

        `model_name` may be a whole address, `models:/name@production`, `models:/name/3`, or
        MLflow's old `models:/name/Production`. Raises `InputError` where there is no such version,
        or it is not saved safely.
        """
        from mlops_assets.resources.loaded_model import address_of, load

        with explained(self.settings):
            found = address_of(self, model_name, version=version, stage=stage, alias=alias)
            return load(found)

    def compare_models(
        self, model_name: str, versions: Sequence[str | int] = ()
    ) -> list[VersionFacts]:
        """Metrics with intervals, parameters, gates and data of versions, in the order given.

        Default: the version that serves and the staged one.
        """
        with explained(self.settings):
            model = self.of(model_name)
            given = [model.version(number) for number in versions]
            found = given or [it for it in map(model.at, (PRODUCTION, STAGING)) if it]
            return [VersionFacts.of(model, it, with_run=True) for it in found]

    def list_models(self) -> list[ModelSummary]:
        """Every model with the versions that serve and wait: one search, and one a stage name."""
        with explained(self.settings):
            return summaries(self.client)

    def list_versions(self, model_name: str, *, limit: int | None = None) -> list[VersionFacts]:
        """The versions of a model, the newest first; one search for every 1,000."""
        with explained(self.settings):
            model = self.of(model_name)
            names = model.names()
            return [VersionFacts.of(model, it, names) for it in model.versions(limit=limit)]

    def history(self, model_name: str, *, limit: int | None = None) -> list[Entry]:
        """The ledger's rows of a model, the newest first."""
        return open_ledger(self.settings.ledger_url).history(model_name, limit=limit)

    def health_check(self) -> dict[str, Any]:
        """`status` healthy or unhealthy, what was seen of MLflow and the ledger, and latencies."""
        from mlops_assets.resources.registry_health import registry_health

        return registry_health(self.settings)
