"""Markdown with names and values from data, which are shown as they stand and are never markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from numbers import Number
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

SPECIAL = re.compile(r"[&<|`*~$\\]|\](?=\s*[(\[:])|(?<![^\W_])_|_(?![^\W_])")
"""What markup needs: not an underscore inside a word, nor a bracket that no address follows."""


def plain(value: object) -> str:
    """`value` as one line that a page shows as it stands, also in the cell of a table.

    Entities, because all that render Markdown know them, but not the same backslashes.
    """
    return SPECIAL.sub(lambda found: f"&#{ord(found[0])};", " ".join(str(value).split()))


def text_of(markdown: str) -> str:
    """What `plain` made of a text, as people read it."""
    return html.unescape(markdown)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table whose head and cells are names and values."""
    escaped = ([plain(cell) for cell in row] for row in (head, *rows))
    lines = [next(escaped), ["---"] * len(head), *escaped]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def frame_table(frame: pd.DataFrame, *, index: bool = False, numbers: str = "g") -> str:
    """A DataFrame as a table; `numbers` is the format of its floats, such as ".4g"."""
    frame = frame.reset_index() if index else frame
    cells = frame.astype(object).map(lambda it: it if isinstance(it, Number) else plain(it))
    cells.columns = [plain(name) for name in frame.columns]
    # As objects: a table of numbers only would become floats, and row 1748 `1.75e+03`.
    return cells.astype(object).to_markdown(index=False, floatfmt=numbers) or ""
