"""Labels that come after the answer: written as lines, joined by request or by identity."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from mlops_assets.data.prediction_log.appending import Appender
from mlops_assets.data.prediction_log.entry import Entry
from mlops_assets.data.prediction_log.identity_hash import IdentityHash
from mlops_assets.data.prediction_log.places import DAY, LABELS, label_files, model_folder
from mlops_assets.errors import InputError

REQUEST, PLACE, LABEL = "request_id", "place", "label"


def label_line(given: Any, hashed: IdentityHash, now: datetime, target: str = "") -> bytes:
    """The line of one entry, whose label is in `label` or in the column `target`.

    Its identity is only kept as a hash. Raises `InputError`, which shows no value.
    """
    given = given if isinstance(given, Mapping) else {}
    label = given.get(LABEL, given.get(target))
    if isinstance(label, dict | list) or label is None or label != label or label == "":
        raise InputError(
            seen=f"no usable `{LABEL}`",
            expected="text, a number, true or false",
            todo=f"give each entry a `{LABEL}`",
        )
    line = {"at": now.isoformat(), "row": _row_id(given, hashed), LABEL: label}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _row_id(given: Mapping[str, Any], hashed: IdentityHash) -> str:
    """`<request>/<place>`, or the hash of the identity."""
    if request := given.get(REQUEST):
        place = str(given.get(PLACE) or 0)
        if isinstance(request, str) and place.isdecimal():
            return f"{request}/{int(place)}"
    elif found := hashed.of(given):
        return found
    raise InputError(
        seen="an entry that names no row",
        expected=f"`{REQUEST}`, with `{PLACE}` if the request had several rows, or every identity "
        "column",
        todo="correct it",
    )


class LabelLog:
    """The labels of a model in `serving/<model>/labels/<day>.jsonl` of a home."""

    def __init__(self, home: Path, model: str) -> None:
        self._appender = Appender(model_folder(home, model) / LABELS)

    def write(self, lines: Sequence[bytes]) -> None:
        """Append the lines, all or none. Raises `OSError`."""
        self._appender.append(f"{datetime.now(UTC):{DAY}}.jsonl", b"".join(lines))


def labels_since(home: Path, model: str, day: date, rows: Iterable[Entry]) -> dict[str, Any]:
    """The label of each of `rows` that has one, by `row_id`; of several, the one that came last.

    Only labels of these rows are kept in memory. A label by request goes before one by identity.
    Those that came before `day`, in UTC, are about earlier rows.
    """
    rows = list(rows)
    wanted = {name for row in rows for name in (row.row_id, row.identity) if name}
    found: dict[str, Any] = {}
    for path in label_files(home, model):
        if path.stem >= str(day):
            _collect(path, wanted, found)
    names = {row.row_id: row.row_id if row.row_id in found else row.identity for row in rows}
    return {row: found[name] for row, name in names.items() if name in found}


def _collect(path: Path, wanted: set[str], found: dict[str, Any]) -> None:
    with path.open("rb") as file:
        for text in file:
            try:
                line = json.loads(text)
                row, label = line["row"], line[LABEL]
            except (ValueError, TypeError, KeyError):  # a torn line was never acknowledged
                continue
            if row in wanted:
                found[row] = label
