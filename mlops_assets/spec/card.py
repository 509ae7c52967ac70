"""What people have to say about a model on its card: `card:` in defs.yaml."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Card(BaseModel):
    """The sections of the model card that no number can fill in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intended_use: str = Field(
        "", description="Who uses the predictions for which decisions, and who must not."
    )
    limits: str = Field("", description="Where the model must not be relied on.")
    ethical_considerations: str = Field(
        "",
        description="Who could be harmed by the model and its errors, and what is done about it.",
    )
    parameters: str = Field("", description="Why the estimator and its parameters were chosen.")
