"""Every model of the registry, for programs, the command line and the assets alike."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.store import explained
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Entry
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.registry.registry_reader import RegistryReader
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import ARCHIVED, PRODUCTION, STAGING

if TYPE_CHECKING:
    import pandas as pd

SpecOf = Callable[[str], LifecycleSpec | None]
Observer = Callable[[Entry], None]
BY_HAND = "promoted by hand"


class RegistryWriter(RegistryReader):
    """The registry and the ledger that the settings name, with all that changes them.

    `spec_of` gives what defs.yaml says of a registered model now, None for a model that it does
    not have. Whatever changes a stage first finishes what was interrupted before, and calls
    `observer` with the finished change.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        actor: str = "",
        spec_of: SpecOf,
        observer: Observer | None = None,
    ) -> None:
        super().__init__(settings, actor=actor)
        self.spec_of, self.observer = spec_of, observer

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
        from mlops_assets.registry.logged_estimator import log_estimator

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
        from mlops_assets.registry.logged_estimator import logged_model_of

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
        expected: str | None = None,
    ) -> Entry:
        """Move a version to `stage`: production, staging or archived, or the model's own names.

        Where the gates of defs.yaml changed since the version was judged, or another version
        serves than it was compared with, it is evaluated again first, which a warning of the log
        and the ledger say. `expected` is the version that serves as far as the caller knows, ""
        for none. Raises `InputError` where the verdict did not pass, or the version cannot be
        evaluated again, unless `force`d with a reason, and where somebody else was faster.
        """
        why = reason if force else reason or BY_HAND

        def change(model: RegisteredModel) -> Entry:
            meant = model.names().meaning(stage)
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
            spec = None if force else self.spec_of(model_name)
            seen = expected if force else self._judged(model, str(version), spec, expected)
            gates = spec.gates if spec else None
            return model.promote(
                version, why=why, gates=gates, since=since, force=force, expected=seen
            )

        return self._change(model_name, change)

    def reject_model(self, model_name: str, version: str | int, *, reason: str) -> Entry:
        """Reject a version for good; no retrain stages it again."""
        return self._change(model_name, lambda model: model.reject(version, reason=reason))

    def archive_model(
        self, model_name: str, version: str | int, *, reason: str, force: bool = False
    ) -> Entry:
        """Put a version away; the one that serves only if `force`d."""
        return self._change(
            model_name, lambda model: model.archive(version, reason=reason, force=force)
        )

    def rollback_model(
        self,
        model_name: str,
        to: str | int | None = None,
        *,
        reason: str,
        force: bool = False,
        since: date | None = None,
        expected: str | None = None,
    ) -> Entry:
        """Let the version that served before, or `to`, serve again and reject the one that does.

        `expected` as in `promote_model`.
        """
        return self._change(
            model_name,
            lambda model: model.rollback(
                to, reason=reason, force=force, since=since, expected=expected
            ),
        )

    def delete_version(self, model_name: str, version: str | int, *, reason: str) -> Entry:
        """Remove a version from the registry; never the one that serves."""
        return self._change(model_name, lambda model: model.delete(version, reason=reason))

    def _change(self, model_name: str, change: Callable[[RegisteredModel], Entry]) -> Entry:
        """Make a change, and tell the observer."""
        with explained(self.settings):
            done = change(self.of(model_name))
        self._tell(done)
        return done

    def _tell(self, done: Entry) -> None:
        if self.observer:
            self.observer(done)

    def _judged(
        self, model: RegisteredModel, number: str, spec: LifecycleSpec | None, expected: str | None
    ) -> str | None:
        """The version that the verdict holds against, after evaluating again where it must be."""
        from mlops_assets.registry.reevaluation import judge_again

        serving = model.at(PRODUCTION)
        known = str(serving.version) if serving else ""
        if number == known or expected not in (None, known):
            return expected  # `promote` says what is wrong
        why = model.outdated(number, spec.gates if spec else None, known)
        if why and spec:
            self._tell(judge_again(model, spec, number, why, self.settings))
        return known
