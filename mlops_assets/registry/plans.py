"""Plan the writes of each action, in order: pure functions of the current state in MLflow.

Tags of the new production version are written before the alias, so that they are complete for
anyone who follows the alias.
"""

from __future__ import annotations

from datetime import date, datetime

from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.registry.writes import Snapshot, Write, alias, tag
from mlops_assets.spec.stage_names import ARCHIVED, NONE, PRODUCTION, REJECTED, STAGING, StageNames

Writes = tuple[Write, ...]
BLOCKED = "barred"
"""Tag with the reason why a user rejected or rolled back a version; it is never staged again."""
SERVED = "promoted_because"
"""Tag with the reason why a version was put into production."""


class Plans:
    """The writes of every action on one model."""

    def __init__(self, names: StageNames, now: Snapshot) -> None:
        self.names, self.now = names, now
        self.serving = now.aliases.get(names.production)
        self.staged = now.aliases.get(names.staging)

    def stage_of(self, version: str) -> str:
        """The stage of a version; aliases take precedence over the tag."""
        if version in (self.serving, self.staged):
            return PRODUCTION if version == self.serving else STAGING
        tagged = self.names.meaning(self.now.named(version).get("stage", NONE))
        return ARCHIVED if tagged in (PRODUCTION, STAGING) else tagged

    def judged(self, version: str, verdict: Verdict) -> Writes:
        """Store only the verdict, for a version that keeps its stage."""
        passed = str(verdict.passed).lower()
        return tag(version, verdict=verdict.model_dump_json(), gates_passed=passed)

    def stage(self, version: str, at: datetime, forced: str | None = None) -> Writes:
        """Stage `version` for approval, in place of the one staged before."""
        return (
            *self._remove(version, "rejected_because", BLOCKED, "superseded_by"),
            *tag(version, staged_at=at.isoformat(), forced=forced, stage=self.names.staging),
            alias(self.names.staging, version),
            *self._supersede(self.staged, version),
        )

    def promote(self, version: str, since: date, why: str, forced: str | None = None) -> Writes:
        """Put `version` into production and archive the previous production version."""
        return (*self._serve(version, since, why, forced), *self._supersede(self.serving, version))

    def rollback(
        self, version: str, bad: str, since: date, reason: str, forced: str | None = None
    ) -> Writes:
        """Put `version` into production again and reject the `bad` one for good, if different."""
        why = f"rollback from version {bad}: {reason}"
        rejection = self._block(bad, reason) if bad != version else ()
        return (*self._serve(version, since, why, forced), *rejection)

    def reject(self, version: str, reason: str, *, for_good: bool) -> Writes:
        """Reject `version`; `for_good`: even a later verdict does not stage it again."""
        rejection = self._block(version, reason) if for_good else self._rejected(version, reason)
        return (*self._unstage(version), *rejection)

    def archive(self, version: str, reason: str) -> Writes:
        """Archive `version` and remove its alias.

        The production version can only be archived by force, so its tag `forced` is set.
        """
        serves = self.serving == version
        removal = [alias(self.names.production, None)] if serves else []
        forced = tag(version, forced=reason) if serves else ()
        tags = tag(version, superseded_by=None, archived_because=reason, stage=ARCHIVED)
        return (*self._unstage(version), *removal, *forced, *tags)

    def delete(self, version: str) -> Writes:
        """Delete `version` from the registry."""
        return (*self._unstage(version), Write(to="version", version=version))

    def rename(self, new: StageNames) -> Writes:
        """Rename the aliases, and the stage tags of the versions that have one."""
        current = {STAGING: self.staged, PRODUCTION: self.serving}
        writes = [Write(to="model_tag", key="stage_names", value=new.model_dump_json())]
        for stage, version in current.items():
            if version and new.shown(stage) != self.names.shown(stage):
                writes += tag(version, stage=new.shown(stage))
                writes += [alias(new.shown(stage), version), alias(self.names.shown(stage), None)]
        return tuple(writes)

    def _serve(self, version: str, since: date, why: str, forced: str | None) -> Writes:
        return (
            *self._remove(version, "rejected_because", BLOCKED, "superseded_by"),
            *tag(
                version,
                **{SERVED: why},
                in_production_since=str(since),
                forced=forced,
                stage=self.names.production,
            ),
            alias(self.names.production, version),
            *self._unstage(version),
        )

    def _unstage(self, version: str) -> Writes:
        return (alias(self.names.staging, None),) if self.staged == version else ()

    def _supersede(self, old: str | None, new: str) -> Writes:
        return tag(old, superseded_by=new, stage=ARCHIVED) if old and old != new else ()

    def _rejected(self, version: str, reason: str) -> Writes:
        return tag(version, rejected_because=reason, stage=REJECTED)

    def _block(self, version: str, reason: str) -> Writes:
        return (*tag(version, **{BLOCKED: reason}), *self._rejected(version, reason))

    def _remove(self, version: str, *keys: str) -> Writes:
        return tag(version, **dict.fromkeys(keys))
