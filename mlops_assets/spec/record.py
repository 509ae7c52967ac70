"""The minimum that every version must have recorded in MLflow: `record:` in defs.yaml."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from mlops_assets.errors import InputError

OWN_TAGS = frozenset(
    {
        *("model", "asset_key", "partition", "dagster_run_id", "dataset_version"),
        *("code_version", "task", "stage", "attempt", "fingerprint", "model_id", "seen_through"),
    }
)
"""What every run is tagged with anyway."""
Name = Annotated[str, Field(min_length=1, max_length=250)]
Value = Annotated[str, Field(max_length=500)]


class Record(BaseModel):
    """A logging contract of your own, enforced like the built-in one.

    A version whose training and evaluation lack something of it is not registered.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    params: list[Name] = Field(
        default_factory=list,
        description="Parameters that training must have logged, such as [dataset_version].",
    )
    metrics: list[Name] = Field(
        default_factory=list,
        description="Metrics that training or evaluation must have logged, such as [val_loss].",
    )
    tags: dict[Name, Value] = Field(
        default_factory=dict,
        description="Tags that every run of the model gets, such as {policy_id: planner_policy}.",
    )
    artifacts: list[Name] = Field(
        default_factory=list,
        description="Files or folders that training or evaluation must have logged, with the run "
        "or the model, such as [config.json].",
    )

    @field_validator("tags")
    @classmethod
    def _tags_are_free(cls, tags: dict[str, str]) -> dict[str, str]:
        if taken := sorted(name for name in tags if name in OWN_TAGS or name.startswith("mlflow.")):
            raise InputError(
                seen=f"the tags {taken}, which every run has already",
                expected="tags with names of their own",
                todo="correct `record: {tags: …}`",
            )
        return tags
