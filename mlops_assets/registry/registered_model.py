"""A registered model: its versions, and every change of their stages.

A stage is a tag `stage` and, for `staging` and `production`, an alias of the same name. MLflow's
own stages are deprecated.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.evaluation.records import Evaluation
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.platform.git_commit import Commit
from mlops_assets.platform.mlflow.version_tags import stored
from mlops_assets.registry.changing import ChangingModel
from mlops_assets.registry.ledger import Entry
from mlops_assets.registry.plans import BLOCKED, SERVED
from mlops_assets.registry.transition import recover
from mlops_assets.registry.version_number import version_number
from mlops_assets.registry.writes import tag
from mlops_assets.spec.stage_names import ARCHIVED, NONE, PRODUCTION, REJECTED, STAGING, StageNames

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.spec.gates import Gates

    Numbered = ModelVersion | str | int


class RegisteredModel(ChangingModel):
    """The registered model `name` in MLflow; it need not exist yet.

    Reading needs no ledger. Changes are recorded under `actor`.
    """

    def recover(self) -> list[Entry]:
        """Finish an interrupted change; takes one query if there is none."""
        return recover(self.client, self.ledger, self.name)

    def history(self, *, limit: int | None = None) -> list[Entry]:
        """The ledger's rows of this model, the newest first."""
        return self.ledger.history(self.name, limit=limit)

    def register(
        self,
        evaluation: Evaluation,
        *,
        description: str,
        trained_through: date,
        commit: Commit | None = None,
    ) -> ModelVersion:
        """Register a new version with its verdict: `staging` if it passed, `rejected` if not.

        `trained_through` is the newest day whose data it may have seen, `commit` what its defs.yaml
        was at.
        """
        trained, metrics = evaluation.trained_model, evaluation.metrics
        tags = {
            "model_id": trained.model_id,
            "fingerprint": trained.fingerprint,
            "dataset_version": trained.dataset_version,
            "code_version": trained.code_version,
            "trained_through": str(trained_through),
            "holdout_metrics": json.dumps({n: m.value for n, m in metrics.items()}),
            "holdout_intervals": json.dumps({n: [m.low, m.high] for n, m in metrics.items()}),
            **({"expected_day": day.model_dump_json()} if (day := evaluation.expected_day) else {}),
            "git": json.dumps(asdict(commit or Commit())),
        }
        version = self.create_version(
            trained.model_id, run_id=trained.run_id, tags=tags, description=description
        )
        self.judge(version, evaluation.verdict)
        return self.version(version)

    def create_version(
        self, model_id: str, *, run_id: str, tags: dict[str, str], description: str = ""
    ) -> str:
        """Create a version of a logged model at stage `none`, and return its number."""
        self._create_model()
        version = self.client.create_model_version(
            self.name,
            source=f"models:/{model_id}",
            run_id=run_id,
            model_id=model_id,
            description=description,
            tags=stored({**tags, "stage": NONE}),
        )
        return str(version.version)

    def judge(self, version: Numbered, verdict: Verdict, *, again: str = "") -> Entry:
        """Store the verdict on a version and move it to the stage that the verdict allows.

        The production version stays in production, a version rejected by a user stays rejected,
        and an archived one that fails stays archived, so that a rollback can still return to it.
        `again` is the reason for re-evaluating a version before its promotion: if it passes, it
        keeps its stage until it is promoted, so that it does not replace the staged version.
        """
        number = _number(version)

        def plan() -> Entry:
            now, tags = self.plans(number), self.version(number).tags
            writes = now.judged(number, verdict)
            stage = now.stage_of(number)
            keeps = bool(again) if verdict.passed else stage == ARCHIVED
            if now.serving == number or keeps:
                return self._intent(now, "evaluate", number, stage, writes, again, verdict=verdict)
            if why := self._blocked_because(tags):
                writes += now.reject(number, why, for_good=True)
                return self._intent(now, "evaluate", number, REJECTED, writes, why, verdict=verdict)
            if not verdict.passed:
                why = verdict.failures()
                writes += now.reject(number, why, for_good=False)
                return self._intent(now, "evaluate", number, REJECTED, writes, why, verdict=verdict)
            writes += now.stage(number, datetime.now(UTC))
            why = "its gates passed"
            return self._intent(now, "stage", number, STAGING, writes, why, verdict=verdict)

        return self._change(plan)

    def stage(self, version: Numbered, *, why: str, force: bool = False) -> Entry:
        """Stage a version for approval. Raises `InputError` like `promote`."""
        number = _number(version)

        def plan() -> Entry:
            now = self.plans(number)
            self._require_not_serving(number, now, "be staged")
            if not force:
                self._require_passed(number)
            writes = now.stage(number, datetime.now(UTC), why if force else None)
            return self._intent(now, "stage", number, STAGING, writes, why, forced=force)

        return self._change(plan, why)

    def promote(
        self,
        version: Numbered,
        *,
        why: str,
        gates: Gates | None,
        since: date | None = None,
        force: bool = False,
        expected: str | None = None,
        reviewed: bool = False,
        approved: bool = False,
    ) -> Entry:
        """Put `version` into production and archive the previous production version.

        `since` is the newest day that has ended (default: yesterday in UTC): results of later days
        count for this version. `gates` are the current ones in defs.yaml, None for a model without
        defs.yaml. `expected` is the number of the production version that the caller last saw, ""
        for none; default: the production version when this is called. `reviewed` says whether a
        review must have approved the version; `approved`, that one has to even if it is `force`d,
        because its reviewer promotes it: somebody else may have rejected it since.

        Raises `InputError` if the version's verdict in the ledger did not pass, was on other gates,
        or was against another production version, or the review is missing, unless `force`d with
        `why` as the reason. Also raises if the production version is not the expected one, and
        names who promoted it.
        """
        number, seen = _number(version), self._seen(expected)

        def plan() -> Entry:
            now = self.plans(number)
            self._require_expected(seen, now)
            self._require_not_serving(number, now, "be promoted")
            if not force:
                self._require_current(number, gates, now.serving or "")
                self._require_passed(number)
            if approved or (reviewed and not force):
                self._require_approved(number)
            writes = now.promote(number, since or _yesterday(), why, why if force else None)
            return self._intent(now, "promote", number, PRODUCTION, writes, why, forced=force)

        return self._change(plan, why)

    def rollback(
        self,
        to: Numbered | None = None,
        *,
        reason: str,
        since: date | None = None,
        force: bool = False,
        expected: str | None = None,
    ) -> Entry:
        """Put an earlier version back into production and reject the current one for good.

        If the production version was archived by force, that one is rejected. `to` defaults to the
        previous production version in the ledger. `since` as in `promote`. A version that passed
        before its promotion may return, whatever a later verdict says. Raises `InputError` if there
        is no such version, or `to` is not allowed into production and it is not `force`d.
        """
        seen = self._seen(expected)

        def plan() -> Entry:
            bad = self._last_served()
            number = _number(to) if to is not None else self.previous(str(bad.version))
            now = self.plans(number)
            self._require_expected(seen, now)
            self._require_not_serving(number, now, "be rolled back to")
            if not force:
                self._require_may_return(number)
            forced = reason if force else None
            writes = now.rollback(number, str(bad.version), since or _yesterday(), reason, forced)
            # The fingerprint is the bad version's, so that the ledger blocks refits of it.
            fingerprint = bad.tags.get("fingerprint", "")
            intent = self._intent(now, "rollback", number, PRODUCTION, writes, reason, forced=force)
            return intent.model_copy(update={"fingerprint": fingerprint})

        return self._change(plan, reason)

    def record_review(
        self,
        version: Numbered,
        *,
        reason: str,
        review: str,
        verdict: str,
        stage: str = "",
        approve: bool = False,
        force: bool = False,
    ) -> Entry:
        """Record a review of a version, which keeps its stage, and with `approve` its approval.

        `review` names the stored review and becomes a tag of the version. `verdict` is the digest
        of the verdict that was looked at, `stage` the stage it had then, "" if that does not
        matter: raises `InputError` if the version has another one now.
        """
        number = _number(version)

        def plan() -> Entry:
            now = self.plans(number)
            self._require_same_verdict(number, verdict)
            self._require_same_stage(number, stage)
            action = "approve" if approve else "review"
            if approve:
                self._require_not_serving(number, now, "be approved")
            writes, kept = tag(number, review=review), now.stage_of(number)
            return self._intent(now, action, number, kept, writes, reason, forced=force)

        return self._change(plan, reason)

    def reject(self, version: Numbered, *, reason: str, review: str = "") -> Entry:
        """Reject a version for good; use `rollback` for the production version.

        `review` names the stored review that led to it, if there was one.
        """
        number = _number(version)

        def plan() -> Entry:
            now = self.plans(number)
            self._require_not_serving(number, now, "be rejected", "roll back instead")
            writes = now.reject(number, reason, for_good=True)
            writes += tag(number, review=review) if review else ()
            return self._intent(now, "reject", number, REJECTED, writes, reason)

        return self._change(plan, reason)

    def archive(self, version: Numbered, *, reason: str, force: bool = False) -> Entry:
        """Archive a version; the production version only if `force`d, with no replacement."""
        number = _number(version)

        def plan() -> Entry:
            now = self.plans(number)
            if not force:
                todo = "promote another one or roll back, or force it: then none is in production"
                self._require_not_serving(number, now, "be archived", todo)
            writes, forced = now.archive(number, reason), force and now.serving == number
            return self._intent(now, "archive", number, ARCHIVED, writes, reason, forced=forced)

        return self._change(plan, reason)

    def delete(self, version: Numbered, *, reason: str) -> Entry:
        """Delete a version from the registry; never the production version."""
        number = _number(version)

        def plan() -> Entry:
            now = self.plans(number)
            self._require_not_serving(number, now, "be deleted", "promote another one first")
            return self._intent(now, "delete", number, "", now.delete(number), reason)

        return self._change(plan, reason)

    def use_stage_names(self, names: StageNames) -> None:
        """Use these stage names from now on; existing aliases and tags are renamed."""
        if self.names() == names:
            return
        self._create_model()

        def plan() -> Entry:
            now = self.plans()
            why = ", ".join(f"{stage}: {name}" for stage, name in names)
            return self._intent(now, "rename", "", "", now.rename(names), why)

        self._change(plan)

    def previous(self, serving: str) -> str:
        """The production version before `serving`, according to the ledger.

        Skips versions that were rejected by a user or deleted since, and versions that merely
        reuse such a number because the model was deleted and created again. Raises `InputError`
        if there is none.
        """
        for entry in self.ledger.served(self.name):
            older = self.find(entry.expected) if entry.expected not in ("", serving) else None
            if older and SERVED in older.tags and BLOCKED not in older.tags:
                return entry.expected
        raise InputError(
            seen=f"the ledger has no production version of {self.name} before {serving}",
            expected="an earlier production version that was not rejected",
            todo="give the version to roll back to",
        )

    def _last_served(self) -> ModelVersion:
        """The production version, or the last one if it was archived by force."""
        if serving := self.at(PRODUCTION):
            return serving
        newest = self._newest_served()
        gone = self.find(newest.serving) if newest else None
        # Not if it was deleted since, or another version has its number.
        return gone if gone and SERVED in gone.tags else self.serving()

    def _blocked_because(self, tags: dict[str, str]) -> str:
        """Why a user rejected this version or one with its fingerprint; empty if nobody did."""
        if BLOCKED in tags or tags.get("stage") != NONE:
            return tags.get(BLOCKED, "")
        entry = self.ledger.blocked(self.name, tags.get("fingerprint", ""))
        return entry.reason if entry else ""

    def _create_model(self) -> None:
        from mlflow.exceptions import MlflowException

        try:
            self.client.create_registered_model(self.name)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
            if self.registered() is None:
                raise InputError(
                    seen=f"MLflow has a prompt with the name {self.name}",
                    expected="a name that only this model has",
                    todo="name another with `registered_name` in defs.yaml, or delete the prompt",
                ) from None


def _number(version: Numbered) -> str:
    """A version's number in its one form; MLflow gives it as str or int, depending on the call."""
    return version_number(getattr(version, "version", version))


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)
