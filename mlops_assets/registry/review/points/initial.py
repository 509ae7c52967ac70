"""Initial check: which version this is, where it stands, and what it was made from."""

from __future__ import annotations

from datetime import UTC, datetime

from mlops_assets.registry.review.evidence import Evidence, PointOf, point
from mlops_assets.registry.review.records import Point
from mlops_assets.spec.stage_names import REJECTED, STAGING

SECTION = "Initial check"


def stage(it: Evidence) -> Point:
    """Only a staged version waits for a decision."""
    make = point(SECTION, "Stage", "staging")
    found = it.facts.stage
    outcome = "PASS" if found == STAGING else "FAIL" if found == REJECTED else "LOOK"
    why = f": {it.facts.reason}" if it.facts.reason else ""
    return make(outcome, f"{it.facts.called}{why}")


def version_and_time(it: Evidence) -> Point:
    """Which version, when it was registered, and the data it has seen."""
    facts = it.facts
    details = [
        f"data {facts.dataset_version}, nothing after {facts.trained_through or 'unknown'}",
        f"MLflow run {facts.run_id}, model {facts.model_id}",
    ]
    created = datetime.fromisoformat(facts.created).astimezone(UTC)
    made = f"version {facts.version}, registered {created:%Y-%m-%d %H:%M} UTC"
    return point(SECTION, "Version and time")("PASS", made, details)


def commit_and_author(it: Evidence) -> Point:
    """The Git commit of its defs.yaml, without changes that no commit has."""
    make = point(SECTION, "Commit and author", "a commit, and nothing changed since")
    git = it.facts.git
    details = [f"code version {it.facts.code_version}"]
    return make("PASS" if git.commit and not git.changed else "LOOK", str(git), details)


POINTS: tuple[PointOf, ...] = (stage, version_and_time, commit_and_author)
