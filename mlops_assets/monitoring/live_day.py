"""One day of live rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.claims import Claim
from mlops_assets.data.rows_read import RowsRead
from mlops_assets.data.table_parts import TableParts
from mlops_assets.monitoring.day_checks import day_claims
from mlops_assets.monitoring.day_counts import DayCounts
from mlops_assets.platform.table_record import TableRecord
from mlops_assets.platform.table_writer import TableWriter

if TYPE_CHECKING:
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

UNREAD = "unread"


class LiveFacts(BaseModel):
    """What `live_data` records of a day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset_version: str = Field(description="Hash of the rows without their timestamps.")
    rows: int
    outage: str | None = Field(
        description="The check that failed: `day_has_rows: 0 rows`. None: the day can be judged."
    )


class LiveDay(TableRecord):
    """A day's rows exactly as read; `dataset_version` leaves their times out."""

    claims: tuple[Claim, ...] = Field(description="The data checks of the rows (`day_claims`).")

    @classmethod
    def without_rows(cls, claims: Iterable[Claim]) -> LiveDay:
        """A day of which nothing could be read; it has no version."""
        import pandas as pd

        return cls(table=pd.DataFrame(), dataset_version=UNREAD, claims=tuple(claims))

    def facts(self) -> LiveFacts:
        """The record of the day for the loop."""
        failed = next((claim for claim in self.claims if not claim.passed), None)
        return LiveFacts(
            dataset_version=self.dataset_version,
            rows=self.rows,
            outage=f"{failed.name}: {failed.observed}" if failed else None,
        )


def record_day(day: TableParts, spec: LifecycleSpec, same_as: Callable[[str], str]) -> LiveDay:
    """A day's rows with their checks; `same_as` tells of which day a version of rows is, or "".

    The rows are gone through batch by batch, so that they need not fit into memory.
    """
    counts, writer = DayCounts(spec), TableWriter(day.types)
    for batch in day.batches():
        counts.add(batch)
        writer.write(batch)
    version = counts.version()
    claims = day_claims(day, counts, same_as=same_as(version))
    return writer.finish(LiveDay, dataset_version=version, claims=claims)


@dataclass(frozen=True)
class LiveDayResult(RowsRead):
    """A day's rows."""

    record: LiveDay

    def panel(self) -> dict[str, Any]:
        """Size, outage, version and first rows."""
        return {
            "rows": self.record.rows,
            "outage": self.facts().outage or "none",
            "dataset_version": self.record.dataset_version,
            "preview": self.preview(),
        }

    def facts(self) -> LiveFacts:
        """The day, for the loop."""
        return self.record.facts()
