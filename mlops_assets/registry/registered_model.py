"""One model in MLflow's registry: what is known of its versions, and every change of a stage.

A stage is a tag `stage` and, for `staging` and `production`, an alias of the same name. MLflow's
own stages are deprecated.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.evaluation.records import Evaluation
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.registry.changing import ChangingModel
from mlops_assets.registry.ledger import Entry
from mlops_assets.registry.plans import BLOCKED, SERVED
from mlops_assets.registry.transition import recover
from mlops_assets.spec.stage_names import ARCHIVED, NONE, PRODUCTION, REJECTED, STAGING, StageNames

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.spec.gates import Gates

    Numbered = ModelVersion | str | int


class RegisteredModel(ChangingModel):
    """The registered model `name` behind `client`; it need not exist yet.

    Reading needs no ledger. `actor` is who changes something, in the ledger's words.
    """

    def recover(self) -> list[Entry]:
        """Finish a change that was interrupted; one query where none was."""
        return recover(self.client, self.ledger, self.name)

    def history(self, *, limit: int | None = None) -> list[Entry]:
        """The ledger's rows of this model, the newest first."""
        return self.ledger.history(self.name, limit=limit)

    def register(
        self, evaluation: Evaluation, *, description: str, trained_through: date
    ) -> ModelVersion:
        """A new version with its verdict; `staging` if it passed, `rejected` if not.

        `trained_through` is the newest day whose data it may have seen.
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
        }
        version = self.create_version(
            trained.model_id, run_id=trained.run_id, tags=tags, description=description
        )
        self.judge(version, evaluation.verdict)
        return self.version(version)

    def create_version(
        self, model_id: str, *, run_id: str, tags: dict[str, str], description: str = ""
    ) -> str:
        """The number of a new version of a logged model, at stage `none`."""
        self._create_model()
        version = self.client.create_model_version(
            self.name,
            source=f"models:/{model_id}",
            run_id=run_id,
            model_id=model_id,
            description=description,
            tags={**tags, "stage": NONE},
        )
        return str(version.version)

    def judge(self, version: Numbered, verdict: Verdict, *, again: str = "") -> Entry:
        """Store the verdict of a version and move it to the stage the verdict allows.

        The version that serves keeps serving, one that a person rejected stays rejected, and an
        archived one that fails stays archived: it may have served, and a rollback returns to it.
        `again` says why a version that shall be promoted was judged once more: if it passes it
        keeps its stage until then, and so takes nobody's place in the queue.
        """
        number = _number(version)

        def plan() -> Entry:
            now, tags = self.plans(number), self.version(number).tags
            writes = now.judged(number, verdict)
            stage = now.stage_of(number)
            keeps = bool(again) if verdict.passed else stage == ARCHIVED
            if now.serving == number or keeps:
                return self._intent(now, "evaluate", number, stage, writes, again, verdict=verdict)
            if barred := self._barred(tags):
                writes += now.reject(number, barred, for_good=True)
                why = barred
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
        """Let a version wait for approval. Raises `InputError` as `promote` does."""
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
    ) -> Entry:
        """Make `version` the one that serves and archive the one that did.

        `since` is the newest day that has ended (default: yesterday in UTC): what is judged of
        later days counts for it. `gates` are those of defs.yaml now, None where it does not have
        the model. `expected` is the number of the version that serves as far as the caller knows,
        "" for none; default: the one that serves when this is called.

        Raises `InputError` where the verdict that the ledger knows of this very model did not pass,
        judged other gates or compared with another version than the one that serves, unless
        `force`d, with `why` as the reason; and where another version serves than expected, which
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
        """Let an earlier version serve again and reject the one that does, for good.

        Where none serves since one was archived by force, that one is rejected. `to`: default,
        the one that served before, by the ledger. `since` as in `promote`. What served because it
        passed may do so again, whatever a later verdict says. Raises `InputError` where none is to
        be found, or `to` may not serve and it is not `force`d.
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
            # The fingerprint is that of the bad version, so the ledger knows what is barred.
            mark = bad.tags.get("fingerprint", "")
            intent = self._intent(now, "rollback", number, PRODUCTION, writes, reason, forced=force)
            return intent.model_copy(update={"fingerprint": mark})

        return self._change(plan, reason)

    def reject(self, version: Numbered, *, reason: str) -> Entry:
        """Reject a version for good; the one that serves is rejected by `rollback`."""
        number = _number(version)

        def plan() -> Entry:
            now = self.plans(number)
            self._require_not_serving(number, now, "be rejected", "roll back instead")
            writes = now.reject(number, reason, for_good=True)
            return self._intent(now, "reject", number, REJECTED, writes, reason)

        return self._change(plan, reason)

    def archive(self, version: Numbered, *, reason: str, force: bool = False) -> Entry:
        """Put a version away; one that serves only if `force`d, and then none serves."""
        number = _number(version)

        def plan() -> Entry:
            now = self.plans(number)
            if not force:
                todo = "promote another one or roll back, or force it: then none serves"
                self._require_not_serving(number, now, "be archived", todo)
            writes, forced = now.archive(number, reason), force and now.serving == number
            return self._intent(now, "archive", number, ARCHIVED, writes, reason, forced=forced)

        return self._change(plan, reason)

    def delete(self, version: Numbered, *, reason: str) -> Entry:
        """Remove a version from the registry; never the one that serves."""
        number = _number(version)

        def plan() -> Entry:
            now = self.plans(number)
            self._require_not_serving(number, now, "be deleted", "promote another one first")
            return self._intent(now, "delete", number, "", now.delete(number), reason)

        return self._change(plan, reason)

    def use_stage_names(self, names: StageNames) -> None:
        """Call the stages so from now on; aliases and tags that are there are renamed."""
        if self.names() == names:
            return
        self._create_model()

        def plan() -> Entry:
            now = self.plans()
            why = ", ".join(f"{stage}: {name}" for stage, name in names)
            return self._intent(now, "rename", "", "", now.rename(names), why)

        self._change(plan)

    def previous(self, serving: str) -> str:
        """The version that served before `serving`, by the ledger.

        Versions that a person rejected or that were deleted since are passed over, and so is one
        that only has the number of such a version, of a model that was deleted and made again.
        Raises `InputError` where there is none.
        """
        for entry in self.ledger.served(self.name):
            older = self.find(entry.expected) if entry.expected not in ("", serving) else None
            if older and SERVED in older.tags and BLOCKED not in older.tags:
                return entry.expected
        raise InputError(
            seen=f"the ledger knows no version of {self.name} that served before {serving}",
            expected="an earlier version that served and that nobody rejected",
            todo="name the version to roll back to",
        )

    def _last_served(self) -> ModelVersion:
        """The version that serves, or that did until it was archived by force."""
        if serving := self.at(PRODUCTION):
            return serving
        newest = self._newest_served()
        gone = self.find(newest.serving) if newest else None
        # Not where it was deleted since, or another one has its number.
        return gone if gone and SERVED in gone.tags else self.serving()

    def _barred(self, tags: dict[str, str]) -> str:
        """Why a person rejected this version, or one fitted from the same; empty where none did."""
        if BLOCKED in tags or tags.get("stage") != NONE:
            return tags.get(BLOCKED, "")
        entry = self.ledger.barred(self.name, tags.get("fingerprint", ""))
        return entry.reason if entry else ""

    def _create_model(self) -> None:
        from mlflow.exceptions import MlflowException

        try:
            self.client.create_registered_model(self.name)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise


def _number(version: Numbered) -> str:
    """A version's number as text; MLflow gives it as str or int, depending on the call."""
    return str(getattr(version, "version", version))


def _yesterday() -> date:
    return datetime.now(UTC).date() - timedelta(days=1)
