"""Common parts of every stage change: the intent for the ledger, and its preconditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError, logger
from mlops_assets.evaluation.verdict import Verdict, digest
from mlops_assets.platform.mlflow.model_ids import registered_model_id
from mlops_assets.registry.actor import current_actor
from mlops_assets.registry.first_sentence import first_sentence
from mlops_assets.registry.ledger import Action, Entry, Ledger
from mlops_assets.registry.model_card import with_history, with_sentence
from mlops_assets.registry.overview import VersionFacts
from mlops_assets.registry.plans import BLOCKED, SERVED, Plans
from mlops_assets.registry.promotion import (
    outdated,
    require_approved,
    require_current,
    require_own,
    require_passed,
    require_unchanged,
    unapproved,
)
from mlops_assets.registry.reading import ModelReader, stage_names_in
from mlops_assets.registry.transition import change
from mlops_assets.registry.writes import WRITES, Write, effective, inverse
from mlops_assets.spec.stage_names import NONE, PRODUCTION

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.spec.gates import Gates

CARD_LINES = 20
LONGEST_REASON = 1_000
"""Characters; MLflow rejects longer tags, and pages have little room."""
LOG = logger(__name__)


class ChangingModel(ModelReader):
    """A registered model with its ledger. Changes are recorded under `actor`."""

    def __init__(
        self, client: MlflowClient, name: str, ledger: Ledger | None = None, actor: str = ""
    ) -> None:
        super().__init__(client, name)
        self._ledger, self.actor = ledger, actor or current_actor()

    @property
    def ledger(self) -> Ledger:
        """The ledger of changes. Raises `RuntimeError` if the model was opened without one."""
        if self._ledger is None:
            raise RuntimeError(f"{self.name} was opened for reading only, without a ledger")
        return self._ledger

    def plans(self, *versions: str) -> Plans:
        """Plans for the current state, which includes `versions` and those with aliases."""
        now = self.snapshot(*versions)
        return Plans(stage_names_in(now.model_tags, self.name), now)

    def _change(self, plan: Callable[[], Entry], reason: str | None = None) -> Entry:
        if reason is not None:
            _require_reason(self.name, reason)
        touched: set[str] = set()

        def noted() -> Entry:
            intent = plan()
            touched.update(write.version for write in WRITES.validate_json(intent.writes))
            return intent

        ended = change(self.client, self.ledger, self.name, noted)
        for number in {ended.version, ended.expected} | touched:
            self._refresh_card(number)
        return ended

    def _refresh_card(self, number: str) -> None:
        """Update the first sentence and the ledger, at the end, of the version's model card.

        Not part of the change, which is complete: if a crash or MLflow failure leaves an outdated
        card, the next change refreshes it.
        """
        from mlflow.exceptions import MlflowException

        try:
            self._write_card(number)
        except MlflowException as error:
            text = "%s version %s: the change is done, but MLflow rejected its card (%s)"
            LOG.warning(text, self.name, number, error.error_code)

    def describe_version(self, version: ModelVersion, card: str) -> None:
        """Replace the version's model card, which then has its first sentence and ledger again."""
        number = str(version.version)
        self.client.update_model_version(self.name, number, description=card)
        self._refresh_card(number)

    def _write_card(self, number: str) -> None:
        version = self.find(number) if number else None
        if version is None or not version.description:
            return
        entries = self.ledger.of_version(self.name, number, limit=CARD_LINES)
        facts, newest = VersionFacts.of(self, version), self._newest_served()
        promotion = newest if newest and newest.serving == number else None
        card = with_sentence(version.description, first_sentence(facts, promotion))
        card = with_history(card, entries)
        if card != version.description:
            self.client.update_model_version(self.name, number, description=card)

    def _intent(
        self,
        now: Plans,
        action: Action,
        version: str,
        stage: str,
        writes: tuple[Write, ...],
        reason: str = "",
        *,
        forced: bool = False,
        verdict: Verdict | None = None,
    ) -> Entry:
        tags, serving = now.now.named(version), now.serving or ""
        judged = verdict.model_dump_json() if verdict else tags.get("verdict", "")
        remaining = "" if version == serving and version else serving
        writes = effective(writes, now.now)
        return Entry(
            model=self.name,
            action=action,
            version=version,
            from_stage=now.names.meaning(tags.get("stage", NONE)) if version else "",
            to_stage=stage,
            expected=serving,
            serving=version if stage == PRODUCTION else remaining,
            actor=self.actor,
            reason=reason,
            forced=forced,
            verdict=digest(judged) if judged else "",
            fingerprint=tags.get("fingerprint", ""),
            writes=WRITES.dump_json(writes).decode(),
            undo=WRITES.dump_json(inverse(writes, now.now)).decode(),
        )

    def outdated(self, number: str, gates: Gates | None, serving: str) -> str:
        """The reason why a version must be re-evaluated; empty if its verdict is current.

        `gates` and `serving` as in `promotion.outdated`. Raises `InputError` if re-evaluation
        cannot help: a user rejected the version, or its verdict is missing, belongs to another
        model, or is not the one in the ledger.
        """
        verdict = self._own_verdict(number)
        return outdated(f"{self.name} version {number}", verdict, gates, serving)

    def _require_current(self, number: str, gates: Gates | None, serving: str) -> None:
        require_current(self.outdated(number, gates, serving))

    def unapproved(self, number: str) -> str:
        """The reason why no review approves the version as it is judged now; empty if one does."""
        verdict = self.version(number).tags.get("verdict", "")
        approval = self.ledger.approved(self.name, number)
        return unapproved(f"{self.name} version {number}", verdict, approval)

    def _require_approved(self, number: str) -> None:
        require_approved(self.unapproved(number), self.name, number)

    def is_judged(self, version: ModelVersion, verdict: Verdict) -> bool:
        """Whether the version already has an equivalent verdict that is in the ledger.

        Equivalent means the same gates, documentation and champion; for the production version,
        itself.
        """
        text, number = version.tags.get("verdict", ""), str(version.version)
        judged = self.ledger.judged(self.name, number)
        if not text or judged is None or digest(text) != judged.verdict:
            return False
        stored = Verdict.model_validate_json(text)
        same = (stored.asked, stored.documented) == (verdict.asked, verdict.documented)
        return same and verdict.champion in (stored.champion, number)

    def _own_verdict(self, number: str) -> Verdict:
        version, name = self.version(number), f"{self.name} version {number}"
        if blocked := version.tags.get(BLOCKED):
            raise InputError(
                seen=f"{name} was rejected: {blocked}",
                expected="a version that was not rejected",
                todo="promote another one, or force it with a reason",
            )
        judged = self.ledger.judged(self.name, number)
        require_unchanged(name, version.tags.get("verdict", ""), judged.verdict if judged else "")
        model_ids = (version.tags.get("model_id"), registered_model_id(version))
        return require_own(name, self.verdict(version), model_ids)

    def _require_same_verdict(self, number: str, seen: str) -> None:
        verdict = self.version(number).tags.get("verdict", "")
        if seen != (digest(verdict) if verdict else ""):
            raise InputError(
                seen=f"{self.name} version {number} was evaluated again during the review",
                expected="a review of its current verdict",
                todo="look at the review again",
            )

    def _require_same_stage(self, number: str, seen: str) -> None:
        version = self.version(number)
        if seen and self.stage_of(version) != seen:
            names = self.names()
            raise InputError(
                seen=f"{self.name} version {number} was {names.shown(seen)} when its checklist was "
                f"walked, and is {names.shown(self.stage_of(version))}",
                expected="a review of the version as it is",
                todo=f"see `mlops-assets history {self.name}`, and look at the review again",
            )

    def _require_passed(self, number: str) -> None:
        require_passed(f"{self.name} version {number}", self._own_verdict(number))

    def _require_may_return(self, number: str) -> None:
        """Raise `InputError` unless the version passes now, or passed before it was promoted."""
        verdict = self._own_verdict(number)
        if not (SERVED in self.version(number).tags and self._passed_once(number)):
            require_passed(f"{self.name} version {number}", verdict)

    def _passed_once(self, number: str) -> bool:
        entries = self.ledger.of_version(self.name, number)
        served = [it for it in entries if it.action in ("promote", "rollback")]
        return any(it.version == number and not it.forced for it in served)

    def _require_not_serving(
        self, number: str, now: Plans, verb: str, todo: str = "choose another version"
    ) -> None:
        if now.serving == number:
            raise InputError(
                seen=f"{self.name} version {number} is in production{self._by_whom()}",
                expected=f"a version that is not in production, to {verb}",
                todo=todo,
            )

    def _seen(self, expected: str | None) -> str:
        if expected is not None:
            return expected
        serving = self.at(PRODUCTION)
        return str(serving.version) if serving else ""

    def _require_expected(self, seen: str, now: Plans) -> None:
        if (now.serving or "") != seen:
            raise InputError(
                seen=f"the production version of {self.name} is now {now.serving or 'none'}, no "
                f"longer {seen or 'none'}{self._by_whom()}",
                expected=f"version {seen or 'none'} in production, as when you looked",
                todo="look at the model's history and decide again",
            )

    def _by_whom(self) -> str:
        newest = self._newest_served()
        return f" ({newest.line()})" if newest else ""

    def _newest_served(self) -> Entry | None:
        """The newest change of the production version, even if it was archived since."""
        return next(iter(self.ledger.served(self.name, limit=1)), None)


def _require_reason(name: str, reason: str) -> None:
    if not reason.strip():
        raise InputError(
            seen=f"a change of {name} without a reason",
            expected="a reason, which is recorded in the ledger",
            todo="give a reason",
        )
    if len(reason) > LONGEST_REASON:
        raise InputError(
            seen=f"a reason of {len(reason):,} characters",
            expected=f"at most {LONGEST_REASON:,}, recorded in the ledger and a tag",
            todo="shorten it, and keep the details elsewhere",
        )
