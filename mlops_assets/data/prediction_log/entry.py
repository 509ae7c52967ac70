"""One line of the log, as JSON lines and as Parquet have it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Entry:
    """A row that was asked, and its answer. `identity` is a keyed hash, or empty.

    `variant` answered; in an `experiment`, `unit` is a keyed hash of who was asked about.
    """

    at: datetime
    request: str
    place: int
    version: str
    row: dict[str, Any]
    answer: dict[str, Any]
    milliseconds: float = 0.0
    client: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    identity: str = ""
    variant: str = ""
    experiment: str = ""
    unit: str = ""

    @property
    def row_id(self) -> str:
        """What identifies the row in the whole log."""
        return row_id(self.request, self.place)


def row_id(request: str, place: int) -> str:
    """What identifies a row in the whole log: its request, and its place in it."""
    return f"{request}/{place}"


class Torn(list[int]):
    """Where torn lines begin: the process was killed, or the disk full, while they were written."""


def entries_in(path: Path, torn: Torn, begin: int = 0, having: bytes = b"") -> Iterator[Entry]:
    """The entries of a file from the byte `begin` on; what is no whole entry goes to `torn`.

    Whole lines without the text `having` are passed over.
    """
    with path.open("rb") as file:
        place = file.seek(begin)
        for line in file:
            if having not in line and line.endswith(b"}\n"):
                pass
            elif (entry := _entry(line)) is not None:
                yield entry
            elif line.strip():
                torn.append(place)
            place += len(line)


def _entry(line: bytes) -> Entry | None:
    if not line.endswith(b"\n"):
        return None
    try:
        given = json.loads(line)
        return Entry(**{**given, "at": datetime.fromisoformat(given["at"])})
    except (ValueError, TypeError, KeyError):
        return None


JSON_COLUMNS = ("row", "answer", "context")
UNREAD = {"row": "{}", "context": "{}", "client": ""}
"""What an entry has instead of columns that were not read."""


def schema() -> pa.Schema:
    """The columns in Parquet. What depends on the version is JSON: a day may have several."""
    import pyarrow as pa

    names = ("request", "version", "client", "identity", "variant", "experiment", "unit")
    texts = (*names, *JSON_COLUMNS)
    return pa.schema(
        [
            ("at", pa.timestamp("us", "UTC")),
            ("place", pa.int32()),
            ("milliseconds", pa.float64()),
            *((name, pa.string()) for name in texts),
        ]
    )


def to_record(entry: Entry) -> dict[str, Any]:
    """An entry as a row of Parquet."""
    found = asdict(entry)
    return found | {name: json.dumps(found[name], ensure_ascii=False) for name in JSON_COLUMNS}


def from_record(record: dict[str, Any]) -> Entry:
    """The entry that a row of Parquet is made from; columns of `UNREAD` may be left out."""
    whole: dict[str, Any] = {**UNREAD, **record}
    return Entry(**whole | {name: json.loads(whole[name]) for name in JSON_COLUMNS})
