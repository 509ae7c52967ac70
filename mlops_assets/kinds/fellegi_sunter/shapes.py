"""What the values of a text field look like, which decides how two of them are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Shape = Literal["number", "date", "email", "word", "words"]

MOSTLY = 0.5
SEVERAL_WORDS = 0.2

SHARES = {
    "date": r"""regexp_matches("{0}", '^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$')""",
    "email": """contains("{0}", '@')""",
    "number": r"""not regexp_matches("{0}", '\p{{L}}')""",
    "words": """contains("{0}", ' ')""",
}


def shape(connection: DuckDBPyConnection, field: str) -> Shape:
    """The shape of most cleaned values; one word, if nothing else."""
    parts = ", ".join(f"avg(({share.format(field)})::int)" for share in SHARES.values())
    (found,) = connection.execute(f"select {parts} from records").fetchall()  # noqa: S608
    date, email, number, words = (share or 0.0 for share in found)
    if date > MOSTLY:
        return "date"
    if email > MOSTLY:
        return "email"
    if number > MOSTLY:
        return "number"
    return "words" if words > SEVERAL_WORDS else "word"
