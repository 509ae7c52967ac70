"""The settings under `model.threshold` and `model.mitigation` of a scikit-learn model."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Constraint = Literal["statistical_parity", "equal_opportunity"]
Probability = Annotated[float, Field(gt=0, lt=1)]

CONSTRAINT = (
    "statistical_parity: the same share of every group is predicted positive. equal_opportunity: "
    "of those who are positive, the same share of every group is found."
)


class ThresholdChoice(BaseModel):
    """Choose the threshold on training rows, by predictions of models that have not seen them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: Literal["f1", "accuracy", "balanced_accuracy", "cost"] = Field(
        "f1", description="What the threshold makes best; `cost` is made as low as possible."
    )
    false_positive: float = Field(
        1, ge=0, description="Cost of a negative that is predicted positive; for `metric: cost`."
    )
    false_negative: float = Field(
        1, ge=0, description="Cost of a positive that is predicted negative; for `metric: cost`."
    )
    folds: int = Field(
        5, ge=2, le=20, description="Number of folds; the training rows are fitted as many times."
    )


class GroupThresholdsChoice(BaseModel):
    """A threshold for each group, so that all have the rate that all rows have with one threshold.

    The thresholds are chosen on training rows, by predictions of models that have not seen them. A
    group with fewer than 30 rows to choose by keeps the threshold of the model.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["group_thresholds"] = Field(description="The kind of mitigation.")
    column: str = Field(
        description="The column with the groups: a categorical or boolean feature, because it has "
        "to be known of each row that is predicted."
    )
    constraint: Constraint = Field(description=CONSTRAINT)
    folds: int = Field(
        5, ge=2, le=20, description="Number of folds; the training rows are fitted as many times."
    )


class ReductionChoice(BaseModel):
    """Fit with costs that make the groups alike: fairlearn's exponentiated gradient.

    The estimator is fitted up to about 50 times. Groups are known in training alone. Needs the
    optional dependencies `fairness`, for the fit only.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["reduction"] = Field(description="The kind of mitigation.")
    column: str = Field(description="The column with the groups: a context column or a feature.")
    constraint: Constraint = Field(description=CONSTRAINT)
    bound: float = Field(
        0.01, gt=0, lt=1, description="The difference between groups to allow on training rows."
    )


Mitigation = Annotated[GroupThresholdsChoice | ReductionChoice, Field(discriminator="type")]
