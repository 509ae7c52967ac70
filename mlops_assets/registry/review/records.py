"""What a review is: its points with their outcomes, notes, and the decision."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Outcome = Literal["PASS", "FAIL", "LOOK"]
Decision = Literal["", "approved", "rejected"]


class Link(BaseModel):
    """A file of an MLflow run, or with an empty `file` the run itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    experiment_id: str
    run_id: str
    dagster_run_id: str = ""
    file: str = ""


class Point(BaseModel):
    """A point of the checklist. LOOK: nothing computed settles it, so a person has to look."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    section: str
    name: str
    outcome: Outcome
    observed: str = Field(description="What was found, in words.")
    expected: str = Field("", description="When the point is met, in words.")
    details: tuple[str, ...] = Field((), description="The numbers behind it, one line each.")
    links: tuple[Link, ...] = Field((), description="Files to look at; pictures are shown.")


class Review(BaseModel):
    """The artifact `review.json`: the whole checklist of a version, and what was decided."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(description="The registered name of the model.")
    version: str
    verdict: str = Field(description="Digest of the verdict that was looked at; empty if none.")
    stage: str = Field("", description="The stage of the version when it was looked at.")
    made: datetime
    reviewer: str
    points: tuple[Point, ...]
    notes: tuple[str, ...] = ()
    stakeholders: tuple[str, ...] = Field((), description="Who was consulted.")
    decision: Decision = ""
    reason: str = ""
    forced: bool = False

    def having(self, outcome: Outcome) -> list[Point]:
        """The points with that outcome."""
        return [it for it in self.points if it.outcome == outcome]

    def summary(self) -> str:
        """`14 PASS, 0 FAIL, 5 LOOK`."""
        counts = {it: len(self.having(it)) for it in ("PASS", "FAIL", "LOOK")}
        return ", ".join(f"{count} {it}" for it, count in counts.items())

    def digest(self) -> str:
        """16 hex characters over the stored text, by which the ledger names the review."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]
