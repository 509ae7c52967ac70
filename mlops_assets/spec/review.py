"""The review of a version before its promotion: `review:` in defs.yaml."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Line = Annotated[str, Field(min_length=1, max_length=200)]


class ReviewConfig(BaseModel):
    """What the review of a version asks beyond its checklist; `review: {}` asks for the review."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stakeholders: list[Line] = Field(
        default_factory=list,
        description="Who must have been consulted before a version is approved, such as "
        "[works council].",
    )
    questions: list[Line] = Field(
        default_factory=list,
        description="Further questions for a person to answer, such as "
        '["What does a wrong alarm cost us?"].',
    )
