"""Tell Dagster what the server does: one small file a model, written after each look."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:  # reading a status needs nothing of what serves
    from mlops_assets.serving.endpoint import Endpoint
    from mlops_assets.serving.measures import Measures

NAME = "status.json"
EVERY_SECONDS = 5


class Status(BaseModel):
    """What answers, and how it does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: datetime = Field(description="When this was written; a server writes every few seconds.")
    model_version: str = Field(description="Such as registry-3; empty if nothing answers.")
    since: datetime
    requests: int = Field(description="Since the server started.")
    errors: int = Field(description="Requests that ended with a status of 500 or above.")
    p99_seconds: float | None = Field(description="Of the last 10,000 requests.")
    degraded: str = Field(description="Why what answers is not what should; empty if it is.")
    process: int


class StatusFile:
    """Writes the status of each model below `folder`."""

    def __init__(self, folder: Path, measures: Measures) -> None:
        self.folder, self.measures = folder, measures
        self._next = datetime.min.replace(tzinfo=UTC)

    def write(self, endpoints: Iterable[Endpoint]) -> None:
        """Write every status, unless it was a moment ago."""
        now = datetime.now(UTC)
        if (now - self._next).total_seconds() < 0:
            return
        self._next = datetime.fromtimestamp(now.timestamp() + EVERY_SECONDS, UTC)
        for endpoint in endpoints:
            place = self.folder / endpoint.spec.name / NAME
            place.parent.mkdir(parents=True, exist_ok=True)
            new = place.with_suffix(f".{os.getpid()}")
            new.write_text(self._status(endpoint, now).model_dump_json(indent=2))
            new.replace(place)

    def _status(self, endpoint: Endpoint, now: datetime) -> Status:
        name = endpoint.spec.name
        counts = self.measures.counts.get(name, {"requests": 0, "errors": 0})
        return Status(
            at=now,
            model_version=str(endpoint.served.version) if endpoint.served else "",
            since=endpoint.since,
            requests=counts["requests"],
            errors=counts["errors"],
            p99_seconds=self.measures.p99(name),
            degraded=endpoint.problem,
            process=os.getpid(),
        )


def read_status(folder: Path, model: str) -> Status | None:
    """The last status of a model; None if no server has ever served it from this home."""
    place = folder / model / NAME
    return Status.model_validate_json(place.read_bytes()) if place.exists() else None
