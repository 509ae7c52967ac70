"""Change the registry: log, register, promote, reject, archive, roll back and delete."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.experiments.status import require_won
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
BY_HAND = "promoted manually"


class RegistryWriter(RegistryReader):
    """Read and write access to the registry and ledger configured in the settings.

    `spec_of` returns the current spec of a registered model, None for a model without defs.yaml.
    Every change of a stage first completes changes that were interrupted, and then calls
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
        """Log a fitted scikit-learn estimator in a new run and return the run's id.

        It is saved as skops. `example` has rows like those it was fitted on, for the signature.
        `experiment` defaults to the name of the model. Raises `InputError`, before anything is
        logged, if the estimator cannot be saved safely.
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
        """Register the model that a run logged, unless it is already, and return its version.

        A new version has stage `none` and no verdict: only the asset `evaluation` judges gates.
        Raises `InputError` if the run logged no model.
        """
        from mlops_assets.registry.logged_estimator import logged_model_of

        with explained(self.settings):
            model, model_id = self.of(model_name), logged_model_of(self.client, run_id)
            if existing := model.with_tag("model_id", model_id):
                return str(existing.version)
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
        approved: bool = False,
    ) -> Entry:
        """Move a version to `stage`: production, staging or archived, or the model's own names.

        If the gates in defs.yaml or the production version changed since the version was
        evaluated, it is re-evaluated first; a logged warning and the ledger report this. The gate
        `wins_experiment` is judged now.
        `expected` is the production version that the caller last saw, "" for none. `approved` says
        that a review has just approved it, which has to hold even if it is `force`d. Raises
        `InputError` if the verdict did not pass, the version cannot be re-evaluated, or it lacks
        the approved review that `promotion: review` asks for, unless `force`d with a reason, and
        if the production version is not the expected one.
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
            seen = expected if force else self._reevaluated(model, str(version), spec, expected)
            gates = spec.gates if spec else None
            if spec:
                serving = model.at(PRODUCTION)
                require_won(spec, self.settings, version, serving.version if serving else "")
            return model.promote(
                version,
                why=why,
                gates=gates,
                since=since,
                force=force,
                expected=seen,
                reviewed=spec is not None and spec.promotion == "review",
                approved=approved,
            )

        return self._change(model_name, change)

    def reject_model(
        self, model_name: str, version: str | int, *, reason: str, review: str = ""
    ) -> Entry:
        """Reject a version for good; no retrain stages it again.

        `review` names the stored review that led to it, if there was one.
        """
        return self._change(
            model_name, lambda model: model.reject(version, reason=reason, review=review)
        )

    def record_review(
        self,
        model_name: str,
        version: str | int,
        *,
        reason: str,
        review: str,
        verdict: str,
        stage: str = "",
        approve: bool = False,
        force: bool = False,
    ) -> Entry:
        """Record a review in the ledger, and with `approve` its approval of the version.

        As `RegisteredModel.record_review`; the version keeps its stage until it is promoted.
        """
        given = {"reason": reason, "review": review, "verdict": verdict, "stage": stage}
        return self._change(
            model_name,
            lambda model: model.record_review(version, **given, approve=approve, force=force),
        )

    def reevaluated(self, model_name: str, version: str | int, spec: LifecycleSpec) -> str:
        """Re-evaluate a version if its verdict is outdated; why, empty if it is current."""
        with explained(self.settings):
            model, number = self.of(model_name), str(version)
            serving = model.at(PRODUCTION)
            current = str(serving.version) if serving else ""
            why = "" if number == current else model.outdated(number, spec.gates, current)
            if why:
                self._reevaluated(model, number, spec, current)
            return why

    def archive_model(
        self, model_name: str, version: str | int, *, reason: str, force: bool = False
    ) -> Entry:
        """Archive a version; the production version only if `force`d."""
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
        """Put the previous production version, or `to`, back and reject the current one.

        `expected` as in `promote_model`.
        """
        return self._change(
            model_name,
            lambda model: model.rollback(
                to, reason=reason, force=force, since=since, expected=expected
            ),
        )

    def delete_version(self, model_name: str, version: str | int, *, reason: str) -> Entry:
        """Delete a version from the registry.

        Never the production version, nor one that a policy version names.
        """
        self.policies.require_unnamed(model_name, str(version))
        return self._change(model_name, lambda model: model.delete(version, reason=reason))

    def _change(self, model_name: str, change: Callable[[RegisteredModel], Entry]) -> Entry:
        """Carry out a change and notify the observer."""
        with explained(self.settings):
            done = change(self.of(model_name))
        self._notify(done)
        return done

    def _notify(self, done: Entry) -> None:
        if self.observer:
            self.observer(done)

    def _reevaluated(
        self, model: RegisteredModel, number: str, spec: LifecycleSpec | None, expected: str | None
    ) -> str | None:
        """Re-evaluate the version if outdated; return the version it was compared with."""
        from mlops_assets.registry.reevaluation import reevaluate

        serving = model.at(PRODUCTION)
        current = str(serving.version) if serving else ""
        if number == current or expected not in (None, current):
            return expected  # `promote` reports the problem
        why = model.outdated(number, spec.gates if spec else None, current)
        if why and spec:
            self._notify(reevaluate(model, spec, number, why, self.settings))
        return current
