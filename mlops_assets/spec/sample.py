"""The sample of the training rows that a model is fitted on: `sample:` in defs.yaml."""

from pydantic import BaseModel, ConfigDict, Field


class Sample(BaseModel):
    """Fit, evaluate and compare on a sample, for tables larger than memory."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int = Field(
        ge=10,
        description="Number of rows, such as 1_000_000, training and holdout together. They are "
        "chosen by a hash of their identity; all rows of an identity are chosen, or none. A "
        "smaller table is taken whole.",
    )
