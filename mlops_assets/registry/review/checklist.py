"""Walk the checklist of a review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from mlops_assets.evaluation.verdict import digest
from mlops_assets.registry.review.evidence import Evidence, PointOf
from mlops_assets.registry.review.points import (
    data,
    documentation,
    fairness,
    initial,
    operations,
    people,
    performance,
)
from mlops_assets.registry.review.records import Review

SECTIONS = (initial, performance, fairness, data, documentation, operations, people)
POINTS: tuple[PointOf, ...] = tuple(it for section in SECTIONS for it in section.POINTS)


def walk(evidence: Evidence, *, reviewer: str, verdict: str, notes: Sequence[str] = ()) -> Review:
    """The review of a version before its decision; `verdict` is the stored JSON, "" for none."""
    found = (make(evidence) for make in POINTS)
    return Review(
        model=evidence.facts.model_name,
        version=evidence.facts.version,
        verdict=digest(verdict) if verdict else "",
        stage=evidence.facts.stage,
        made=datetime.now(UTC),
        reviewer=reviewer,
        points=tuple(it for it in found if it is not None),
        notes=tuple(notes),
        stakeholders=evidence.told,
    )
