"""Tables as CSV for people, who open them in a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet runs (OWASP, CSV Injection)."""


def csv_text(table: pd.DataFrame) -> str:
    """The table as CSV, in which no text is a formula: such a text begins with an apostrophe."""
    texts = {name: table[name].map(_inert) for name in table.select_dtypes(["object", "string"])}
    return table.assign(**texts).rename(columns=_inert).to_csv(index=False)


def _inert(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
