"""How the drift of single columns is judged: `drift:` in defs.yaml."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ColumnWatch(BaseModel):
    """How the drift of one column is judged."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    watch: bool = Field(
        True, description="Whether its drift is judged; false for what moves by nature."
    )
    least_effect: float | None = Field(
        None,
        gt=0,
        le=10,
        description="Smallest change that counts as drift, in standard deviations. Default: 0.1.",
    )
    expected: Literal["hour", "weekday", "season"] | None = Field(
        None,
        description="weekday, season: compare a day with the reference's days of the same weekday, "
        "or within a month of the same day of a year. hour: with its days as if their rows had "
        "come at the hours of the day, such as half a day. Needs a `timestamp`.",
    )


WATCHED = ColumnWatch.model_validate({})
"""A column that defs.yaml says nothing about."""
