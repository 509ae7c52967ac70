"""The stages of a version, and the names that a model gives them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mlops_assets.errors import InputError

NONE, STAGING, PRODUCTION, ARCHIVED, REJECTED = (
    "none",
    "staging",
    "production",
    "archived",
    "rejected",
)


STAGES = (NONE, STAGING, PRODUCTION, ARCHIVED, REJECTED)


# MLflow keeps `latest` and `v1` for itself.
Alias = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=100)]


RESERVED = re.compile(r"latest|v\d+", re.IGNORECASE)


class StageNames(BaseModel):
    """What a model calls the two stages that have an alias: `{staging: candidate}`.

    Only the alias and the tag `stage` take the name. What a stage means stays the same.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    staging: Alias = Field(default=STAGING, description="Passed its gates and may serve.")
    production: Alias = Field(default=PRODUCTION, description="Serves.")

    @model_validator(mode="after")
    def _names_are_free(self) -> StageNames:
        for own, name in self:
            taken = {*STAGES, *(other for stage, other in self if stage != own)} - {own}
            if name in taken or RESERVED.fullmatch(name):
                raise InputError(
                    seen=f"the stage {own} is to be called {name!r}, which means something else",
                    expected=f"none of {sorted(taken)}, `latest` or `v1`",
                    todo="choose another name in `stage_names`",
                )
        return self

    def shown(self, stage: str) -> str:
        """The name of `stage`, for the alias, the tag and people."""
        return getattr(self, stage) if stage in (STAGING, PRODUCTION) else stage

    def meaning(self, name: str) -> str:
        """The stage that people call `name`; also MLflow's old `Production`, `Staging`, `None`.

        Raises `InputError` for any other name.
        """
        known = {**{stage: stage for stage in STAGES}, **{name: own for own, name in self}}
        if stage := known.get(name) or known.get(name.lower()):
            return stage
        raise InputError(
            seen=f"there is no stage {name!r}",
            expected=f"one of {[self.shown(stage) for stage in STAGES]}",
            todo="correct the stage",
        )
