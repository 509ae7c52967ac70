"""Claims about data: what was observed, compared with what is required."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from mlops_assets.errors import InputError, one_line

Line = Annotated[str, AfterValidator(one_line)]


class Claim(BaseModel):
    """One claim, named after what holds if it passes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    passed: bool
    observed: Line
    bound: Line
    todo: Line = Field(description="What to do if the claim fails.")


def require(claims: Iterable[Claim]) -> None:
    """Raise `InputError` for the first failed claim; the message names the others."""
    failed = [claim for claim in claims if not claim.passed]
    if failed:
        first, others = failed[0], [claim.name for claim in failed[1:]]
        more = f" ({len(others)} more failed: {', '.join(others)})" if others else ""
        seen = f"{first.name} failed: {first.observed}{more}"
        raise InputError(seen=seen, expected=first.bound, todo=first.todo)
