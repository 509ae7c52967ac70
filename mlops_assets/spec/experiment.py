"""An experiment between two versions that serve: `serving: {experiment: …}` in defs.yaml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from mlops_assets.errors import InputError
from mlops_assets.spec.stage_names import STAGING

MeanMetric = Literal["accuracy", "mae", "reward"]
"""Metrics that are the mean of one number per row, which the confidence sequence needs."""


class Experiment(BaseModel):
    """The challenger answers a share of the units, or predicts in the shadow of the champion."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        "",
        max_length=100,
        description="Name that the assignment is drawn from. Default: the model's name and the "
        "numbers of both versions, so that each pair of versions is a new experiment.",
    )
    challenger: str = Field(
        STAGING,
        description="The version that is compared with the production version: `staging`, or a "
        "version number in quotes.",
    )
    share: float = Field(
        0.1, gt=0, lt=1, description="Share of the units that the challenger answers."
    )
    unit: Annotated[str, Field(min_length=1)] | None = Field(
        None,
        description="Field of the request whose value decides which version answers, such as "
        "patient_id: always the same one. It need not be a feature, and is logged only as a keyed "
        "hash. `shadow` needs none.",
    )
    days: int = Field(14, ge=3, le=365, description="Planned length, in days.")
    metric: MeanMetric = Field(
        "accuracy",
        description="What is compared once labels arrive: accuracy, mae, or a policy's reward.",
    )
    shadow: bool = Field(
        False,
        description="The champion answers every request, and the challenger predicts the same "
        "rows after the answer is sent.",
    )

    @field_validator("challenger", mode="before")
    @classmethod
    def _stage_or_number(cls, given: object) -> str:
        text = str(given)
        if text != STAGING and not text.isdecimal():
            raise InputError(
                seen=f"the challenger {text!r}",
                expected="`staging`, or a version number such as 4",
                todo="correct `serving: {experiment: {challenger: …}}`",
            )
        return text

    def name_for(self, model: str, champion: str, challenger: str) -> str:
        """The name of the experiment between two versions: `name`, or `small-1-2`."""
        return self.name or f"{model}-{champion}-{challenger}"

    @property
    def lower_is_better(self) -> bool:
        """Whether a smaller value of the metric is better."""
        return self.metric == "mae"
