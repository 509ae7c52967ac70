"""Read the rows that a served model was asked, with the labels that have come since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, PrivateAttr

from mlops_assets.data.prediction_log.entry import Entry, Torn
from mlops_assets.data.prediction_log.labels import labels_since
from mlops_assets.data.prediction_log.packing import pack
from mlops_assets.data.prediction_log.reading import bounds_of, entries_between, has_rows
from mlops_assets.data.sources.base import SourceSpec
from mlops_assets.errors import InputError, logger

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings

LOG = logger(__name__)
ROW_ID, ASKED_AT, ASKED_ABOUT = "request_row", "asked_at", "asked_about"


class PredictionLogSource(SourceSpec):
    """The prediction log of `mlops-assets serve` on this machine, with late labels."""

    type: Literal["prediction_log"] = "prediction_log"
    model: str = Field(
        pattern="^[A-Za-z][A-Za-z0-9_]*$", description="Name of the served model in its defs.yaml."
    )
    target: str | None = Field(
        None, description="Column that gets the labels, where one has come. Default: none."
    )
    _otherwise: SourceSpec | None = PrivateAttr(None)
    _least: int = PrivateAttr(1)

    def with_otherwise(self, source: SourceSpec, least: int) -> Self:
        """The same log, but a day with fewer rows than `least` has those of `source`."""
        copy = self.model_copy()
        copy._otherwise, copy._least = source, least
        return copy

    def of_day(self, settings: Settings, day: date, zone: str) -> SourceSpec:
        """The log, or on a day with too few rows what stands in for it, if anything does."""
        if self._otherwise is None or has_rows(settings, self.model, day, zone, self._least):
            return self
        return self._otherwise

    def read_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str = "UTC"
    ) -> pd.DataFrame:
        """The rows asked on that day, or those of what stands in for the log."""
        source = self.of_day(settings, day, zone)
        read = super().read_day if source is self else source.read_day
        return read(settings, day, timestamp, zone)

    def read_day_parts(
        self, settings: Settings, day: date, timestamp: str | None, zone: str, rows: int
    ) -> Iterator[pd.DataFrame]:
        """The same in parts."""
        source = self.of_day(settings, day, zone)
        read = super().read_day_parts if source is self else source.read_day_parts
        return read(settings, day, timestamp, zone, rows)

    @property
    def origin(self) -> str:
        """The log, for messages."""
        return f"the prediction log of {self.model}"

    @property
    def row_identity(self) -> list[str]:
        """A request may be about anybody, and about the same again: its id names the row."""
        return [ROW_ID]

    def knows_days(self, timestamp: str | None) -> bool:
        """Every row has its time."""
        return True

    def tidy(self, settings: Settings) -> None:
        """Move the days that have ended into the lake."""
        pack(settings, self.model, datetime.now(UTC))
        if self._otherwise:
            self._otherwise.tidy(settings)

    def load(self, settings: Settings) -> pd.DataFrame:
        """Refused: a whole log may not fit into memory."""
        raise InputError(
            seen=f"{self.origin} as a whole table",
            expected="one day of it",
            todo="use this source in `live: {source: …}` with `rows: day`, or set "
            "`serving: {live: true}`",
        )

    def load_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str
    ) -> pd.DataFrame:
        """The rows asked on that day; `timestamp` is the time of the request."""
        entries, labels = self._day(settings, day, zone)
        return self._table(entries, labels, timestamp or ASKED_AT)

    def read_asked(
        self, settings: Settings, day: date, timestamp: str | None, zone: str
    ) -> pd.DataFrame:
        """The rows as `read_day` gives them, with the hash of whom they are about, or ""."""
        entries, labels = self._day(settings, day, zone)
        table = self._plain(self._table(entries, labels, timestamp or ASKED_AT))
        return table.assign(**{ASKED_ABOUT: [it.identity for it in entries]})

    def _day(self, settings: Settings, day: date, zone: str) -> tuple[list[Entry], dict]:
        """The entries of a day, and the labels that have come for them."""
        begin, end = bounds_of(day, zone)
        torn = Torn()
        entries = list(entries_between(settings, self.model, begin, end, torn))
        if torn:
            LOG.warning("%s: %d torn lines were skipped on %s", self.origin, len(torn), day)
        labels = (
            labels_since(settings.home, self.model, begin.date(), entries) if self.target else {}
        )
        return entries, labels

    def _table(self, entries: list[Entry], labels: dict, timestamp: str) -> pd.DataFrame:
        import pandas as pd

        given = (it.row | {k: v for k, v in it.context.items() if v is not None} for it in entries)
        names = dict.fromkeys(name for values in given for name in values)
        columns = {
            name: [it.row.get(name, it.context.get(name)) for it in entries] for name in names
        }
        columns[timestamp] = pd.to_datetime([it.at for it in entries], utc=True)
        columns[ROW_ID] = [it.row_id for it in entries]
        if self.target:
            columns[self.target] = [labels.get(it.row_id) for it in entries]
        return pd.DataFrame(columns)
