"""The stages of a version, and custom names for them."""

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


# MLflow reserves `latest` and `v1`.
Alias = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=100)]


RESERVED = re.compile(r"latest|v\d+", re.IGNORECASE)


class StageNames(BaseModel):
    """Custom names for the two stages that have an alias, such as `{staging: candidate}`.

    The alias and the tag `stage` take the name; the meaning of a stage stays the same.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    staging: Alias = Field(
        default=STAGING, description="Name of the stage of a version that passed its gates."
    )
    production: Alias = Field(
        default=PRODUCTION, description="Name of the stage of the version in production."
    )

    @model_validator(mode="after")
    def _names_are_free(self) -> StageNames:
        for own, name in self:
            taken = {*STAGES, *(other for stage, other in self if stage != own)} - {own}
            if name in taken or RESERVED.fullmatch(name):
                raise InputError(
                    seen=f"`stage_names` renames {own} to {name!r}, which is already taken",
                    expected=f"a name other than {sorted(taken)}, `latest` or `v1`",
                    todo="choose another name in `stage_names`",
                )
        return self

    def shown(self, stage: str) -> str:
        """The displayed name of `stage`, also used for the alias and the tag."""
        return getattr(self, stage) if stage in (STAGING, PRODUCTION) else stage

    def meaning(self, name: str) -> str:
        """The stage that `name` stands for; also accepts MLflow's `Production`, `Staging`, `None`.

        Raises `InputError` for any other name.
        """
        by_name = {**{stage: stage for stage in STAGES}, **{name: own for own, name in self}}
        if stage := by_name.get(name) or by_name.get(name.lower()):
            return stage
        raise InputError(
            seen=f"there is no stage {name!r}",
            expected=f"one of {[self.shown(stage) for stage in STAGES]}",
            todo="correct the stage",
        )
