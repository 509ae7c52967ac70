"""Tables of the commands: rich's in a terminal, aligned plain text elsewhere."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from mlops_assets.cli.terminal import painted, terminal

if TYPE_CHECKING:
    from rich.table import Table

NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+|-")
GAP = 2
LEAST_ROOM = 30
"""Minimum width in characters of the last cell of a row; if narrower, it gets its own lines."""


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns; the first row has the headings."""
    console = terminal()
    if console is None:
        typer.echo("\n".join(aligned(rows)))
    else:
        console.print(_table(rows, console.width))


def print_row(cells: Sequence[str], widths: Sequence[int], gap: int = GAP) -> None:
    """Print one row of a table whose other rows are not known yet.

    All cells but the last have a width; the last takes the rest of the line.
    """
    *fixed, last = cells
    wide = [max(len(cell), width) for cell, width in zip(fixed, widths, strict=True)]
    indent, console = sum(wide) + gap * len(wide), terminal()
    if console is None:
        padded = (cell.ljust(width) + " " * gap for cell, width in zip(fixed, wide, strict=True))
        typer.echo(f"{''.join(padded)}{last}".rstrip())
    elif len(last) <= console.width - indent or console.width - indent >= LEAST_ROOM:
        console.print(_grid(cells, wide, gap))
    else:
        if any(fixed):
            console.print(_grid([*fixed, ""], wide, gap))
        console.print(_grid(["", last], wide[:1], gap))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Cells in left-aligned columns, without trailing blanks."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _grid(cells: Sequence[str], widths: Sequence[int], gap: int) -> "Table":
    from rich.table import Table

    grid = Table.grid(padding=(0, gap, 0, 0))
    for width in widths:
        grid.add_column(width=width)
    grid.add_column(overflow="fold")
    grid.add_row(*map(painted, cells))
    return grid


def _table(rows: Sequence[Sequence[str]], width: int) -> "Table":
    """Numbers are right-aligned; if cells wrap, blank lines separate the rows."""
    from rich.text import Text

    columns = [[cell.strip() for cell in column] for column in zip(*rows, strict=True)]
    widths = fitted(columns, width - GAP * (len(columns) - 1))
    sized = list(zip(columns, widths, strict=True))
    table = _ruled(wraps=any(len(cell) > most for (_, *cells), most in sized for cell in cells))
    for (heading, *cells), most in sized:
        justify = "right" if all(map(NUMBER.fullmatch, cells)) else "left"
        table.add_column(Text(heading), justify=justify, width=most, overflow="fold")
    for row in zip(*(cells for _, *cells in columns), strict=True):
        table.add_row(*map(painted, row))
    return table


def _ruled(*, wraps: bool) -> "Table":
    from rich import box
    from rich.table import Table

    # The gap is the blank that the box has between columns, and the padding.
    padding = (0, GAP - 1, 0, 0)
    return Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=padding, leading=int(wraps)
    )


def fitted(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """A width for each column, so that together they take at most `room`.

    Those with the most room to spare shrink first, to their longest word; then words are broken.
    """
    widths = [max(map(len, column)) for column in columns]
    words = [
        max((len(w) for cell in column for w in cell.split()), default=1) for column in columns
    ]
    for least in (words, [1] * len(columns)):
        while sum(widths) > room and any(map(int.__gt__, widths, least)):
            spare = [now - few for now, few in zip(widths, least, strict=True)]
            widths[spare.index(max(spare))] -= 1
    return widths
