"""What every change of a stage needs: its intent for the ledger, and what may not be."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.evaluation.verdict import Verdict, digest
from mlops_assets.platform.mlflow.model_ids import registered_model_id
from mlops_assets.registry.actor import current_actor
from mlops_assets.registry.ledger import Action, Entry, Ledger
from mlops_assets.registry.model_card import with_history
from mlops_assets.registry.plans import BLOCKED, SERVED, Plans
from mlops_assets.registry.promotion import (
    outdated,
    require_current,
    require_own,
    require_passed,
    require_unchanged,
)
from mlops_assets.registry.reading import ModelReader
from mlops_assets.registry.transition import change
from mlops_assets.registry.writes import WRITES, Write, effective, inverse
from mlops_assets.spec.stage_names import NONE, PRODUCTION

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.spec.gates import Gates

CARD_LINES = 20
LONGEST_REASON = 1_000
"""Characters; MLflow refuses a long tag, and a page shows no essay."""
LOG = logging.getLogger(__name__)


class ChangingModel(ModelReader):
    """A model with its ledger. `actor` is who changes something, in the ledger's words."""

    def __init__(
        self, client: MlflowClient, name: str, ledger: Ledger | None = None, actor: str = ""
    ) -> None:
        super().__init__(client, name)
        self._ledger, self.actor = ledger, actor or current_actor()

    @property
    def ledger(self) -> Ledger:
        """Where changes are recorded. Raises `RuntimeError` where none was given."""
        if self._ledger is None:
            raise RuntimeError(f"{self.name} was opened for reading only, without a ledger")
        return self._ledger

    def plans(self, *versions: str) -> Plans:
        """What may be written now; `versions` are those whose tags matter beside the usual two."""
        return Plans(self.names(), self.snapshot(*versions))

    def _change(self, plan: Callable[[], Entry], reason: str | None = None) -> Entry:
        if reason is not None:
            _require_reason(self.name, reason)
        ended = change(self.client, self.ledger, self.name, plan)
        for number in {ended.version, ended.expected}:
            self._refresh_card(number)
        return ended

    def _refresh_card(self, number: str) -> None:
        """Bring the ledger at the end of the version's card up to date.

        Not part of the change, which is done: a card that a kill or a failure of MLflow left behind
        is refreshed by the next one.
        """
        from mlflow.exceptions import MlflowException

        try:
            self._write_card(number)
        except MlflowException as error:
            said = "%s version %s: the change is done, but MLflow did not take its card (%s)"
            LOG.warning(said, self.name, number, error.error_code)

    def _write_card(self, number: str) -> None:
        version = self.find(number) if number else None
        if version is None or not version.description:
            return
        entries = self.ledger.of_version(self.name, number, limit=CARD_LINES)
        card = with_history(version.description, entries)
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
        tags, serving = now.now.tags.get(version, {}), now.serving or ""
        judged = verdict.model_dump_json() if verdict else tags.get("verdict", "")
        left = "" if version == serving and version else serving
        writes = effective(writes, now.now)
        return Entry(
            model=self.name,
            action=action,
            version=version,
            from_stage=now.names.meaning(tags.get("stage", NONE)) if version else "",
            to_stage=stage,
            expected=serving,
            serving=version if stage == PRODUCTION else left,
            actor=self.actor,
            reason=reason,
            forced=forced,
            verdict=digest(judged) if judged else "",
            fingerprint=tags.get("fingerprint", ""),
            writes=WRITES.dump_json(writes).decode(),
            undo=WRITES.dump_json(inverse(writes, now.now)).decode(),
        )

    def outdated(self, number: str, gates: Gates | None, serving: str) -> str:
        """Why the verdict of a version has to be made again, in words; empty where it has not.

        `gates` and `serving` as in `core.promotion.outdated`. Raises `InputError` where no verdict
        could help: a person rejected the version, or its verdict is missing, of another model, or
        not the one that the ledger knows.
        """
        verdict = self._own_verdict(number)
        return outdated(f"{self.name} version {number}", verdict, gates, serving)

    def _require_current(self, number: str, gates: Gates | None, serving: str) -> None:
        require_current(self.outdated(number, gates, serving))

    def is_judged(self, version: ModelVersion, verdict: Verdict) -> bool:
        """Whether a version has a verdict that the ledger knows and that makes this one needless.

        It is on the same gates and against the same version; one that serves beats itself.
        """
        text, number = version.tags.get("verdict", ""), str(version.version)
        judged = self.ledger.judged(self.name, number)
        if not text or judged is None or digest(text) != judged.verdict:
            return False
        known = Verdict.model_validate_json(text)
        return known.asked == verdict.asked and verdict.champion in (known.champion, number)

    def _own_verdict(self, number: str) -> Verdict:
        version, name = self.version(number), f"{self.name} version {number}"
        if barred := version.tags.get(BLOCKED):
            raise InputError(
                seen=f"{name} was rejected: {barred}",
                expected="a version that nobody rejected",
                todo="promote another one, or force it with a reason",
            )
        judged = self.ledger.judged(self.name, number)
        require_unchanged(name, version.tags.get("verdict", ""), judged.verdict if judged else "")
        model_ids = (version.tags.get("model_id"), registered_model_id(version))
        return require_own(name, self.verdict(version), model_ids)

    def _require_passed(self, number: str) -> None:
        require_passed(f"{self.name} version {number}", self._own_verdict(number))

    def _require_may_return(self, number: str) -> None:
        """Raise `InputError` unless a version passed now, or passed before it served."""
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
                seen=f"{self.name} version {number} serves{self._by_whom()}",
                expected=f"a version that does not serve, to {verb}",
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
                seen=f"meanwhile version {now.serving or 'none'} of {self.name} serves, no longer "
                f"{seen or 'none'}{self._by_whom()}",
                expected=f"version {seen or 'none'} in production, as when you looked",
                todo="look at the model's history and decide again",
            )

    def _by_whom(self) -> str:
        newest = self._newest_served()
        return f" ({newest.line()})" if newest else ""

    def _newest_served(self) -> Entry | None:
        """The change that let the newest version serve, whether it still does or not."""
        return next(iter(self.ledger.served(self.name, limit=1)), None)


def _require_reason(name: str, reason: str) -> None:
    if not reason.strip():
        raise InputError(
            seen=f"a change of {name} without a reason",
            expected="a reason, which goes into the ledger",
            todo="say why",
        )
    if len(reason) > LONGEST_REASON:
        raise InputError(
            seen=f"a reason of {len(reason):,} characters",
            expected=f"at most {LONGEST_REASON:,}, which go into the ledger and a tag",
            todo="shorten it, and keep the rest where the decision was taken",
        )
