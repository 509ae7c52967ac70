"""What each action writes, in which order: pure functions of what MLflow says now.

Tags of the version that will serve come before the alias, so whoever follows the alias finds them.
"""

from __future__ import annotations

from datetime import date, datetime

from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.registry.writes import Snapshot, Write, alias, tag
from mlops_assets.spec.stage_names import ARCHIVED, NONE, PRODUCTION, REJECTED, STAGING, StageNames

Writes = tuple[Write, ...]
BLOCKED = "barred"
"""Tag of a version that a person rejected or rolled back: the reason. No loop stages it again."""
SERVED = "promoted_because"
"""Tag of a version that serves or did: why."""


class Plans:
    """The writes of every action on one model."""

    def __init__(self, names: StageNames, now: Snapshot) -> None:
        self.names, self.now = names, now
        self.serving = now.aliases.get(names.production)
        self.staged = now.aliases.get(names.staging)

    def stage_of(self, version: str) -> str:
        """The stage of a version, by the aliases first: a tag alone makes no version serve."""
        if version in (self.serving, self.staged):
            return PRODUCTION if version == self.serving else STAGING
        told = self.names.meaning(self.now.tags.get(version, {}).get("stage", NONE))
        return ARCHIVED if told in (PRODUCTION, STAGING) else told

    def judged(self, version: str, verdict: Verdict) -> Writes:
        """The verdict alone, for a version that keeps its stage."""
        passed = str(verdict.passed).lower()
        return tag(version, verdict=verdict.model_dump_json(), gates_passed=passed)

    def stage(self, version: str, at: datetime, forced: str | None = None) -> Writes:
        """`version` waits for approval in the place of the one that did."""
        return (
            *self._remove(version, "rejected_because", BLOCKED, "superseded_by"),
            *tag(version, staged_at=at.isoformat(), forced=forced, stage=self.names.staging),
            alias(self.names.staging, version),
            *self._supersede(self.staged, version),
        )

    def promote(self, version: str, since: date, why: str, forced: str | None = None) -> Writes:
        """`version` serves and the one that did is archived."""
        return (*self._serve(version, since, why, forced), *self._supersede(self.serving, version))

    def rollback(
        self, version: str, bad: str, since: date, reason: str, forced: str | None = None
    ) -> Writes:
        """`version` serves again and the `bad` one, if it is another, is rejected for good."""
        why = f"rollback from version {bad}: {reason}"
        marks = self._bar(bad, reason) if bad != version else ()
        return (*self._serve(version, since, why, forced), *marks)

    def reject(self, version: str, reason: str, *, for_good: bool) -> Writes:
        """`version` is rejected; `for_good`: not even a later verdict stages it again."""
        marks = self._bar(version, reason) if for_good else self._rejected(version, reason)
        return (*self._unstage(version), *marks)

    def archive(self, version: str, reason: str) -> Writes:
        """`version` is archived, and what it was staged or served as stays empty.

        Only force takes away the version that serves, so that one is marked.
        """
        serves = self.serving == version
        gone = [alias(self.names.production, None)] if serves else []
        forced = tag(version, forced=reason) if serves else ()
        marks = tag(version, superseded_by=None, archived_because=reason, stage=ARCHIVED)
        return (*self._unstage(version), *gone, *forced, *marks)

    def delete(self, version: str) -> Writes:
        """`version` is removed from the registry."""
        return (*self._unstage(version), Write(to="version", version=version))

    def rename(self, new: StageNames) -> Writes:
        """The aliases and the tags of the two versions that have one take their new names."""
        held = {STAGING: self.staged, PRODUCTION: self.serving}
        writes = [Write(to="model_tag", key="stage_names", value=new.model_dump_json())]
        for stage, version in held.items():
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

    def _bar(self, version: str, reason: str) -> Writes:
        return (*tag(version, **{BLOCKED: reason}), *self._rejected(version, reason))

    def _remove(self, version: str, *keys: str) -> Writes:
        return tag(version, **dict.fromkeys(keys))
