"""What `raw_data` read, and whether its source has changed since, told without reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.errors import InputError

if TYPE_CHECKING:
    from mlops_assets.platform.settings import Settings
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class SourceRead(BaseModel):
    """What `raw_data` read: the version of its rows, and the mark of their source before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset_version: str
    mark: str = Field(description="Empty if the source cannot tell cheaply whether it changed.")


def mark_of(spec: LifecycleSpec, settings: Settings) -> str:
    """The mark of what a retrain would read now; empty if nobody can tell without reading it.

    With `serving: {learn: true}` that is also what the API was asked, which grows by itself.
    """
    if spec.serving.learn:
        return ""
    try:
        return spec.source.content_mark(settings, spec.timestamp, spec.training_target)
    except InputError:
        return ""  # reading the source says what is wrong with it
