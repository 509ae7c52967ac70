"""Tables as CSV for people, who open them in a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t")
"""What a text begins with that a spreadsheet runs (OWASP, CSV Injection)."""


def csv_text(table: pd.DataFrame) -> str:
    """The table as CSV, in which no text is a formula: such a text begins with an apostrophe.

    A carriage return becomes a blank: a reader would take it for the end of the row.
    """
    texts = {name: table[name].map(_inert) for name in table.select_dtypes(["object", "string"])}
    return table.assign(**texts).rename(columns=_inert).to_csv(index=False)


def _inert(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\r", " ")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
