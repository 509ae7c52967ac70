"""Render a comparison as Markdown, or as one HTML file with plots."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from urllib.parse import quote

from mlops_assets.platform.markdown import plain
from mlops_assets.platform.templates import render
from mlops_assets.registry.compare.overlay import overlaid, without_curves
from mlops_assets.registry.compare.report import Side
from mlops_assets.registry.compare.tables import Table, tables

OVERLAID = "overlaid_"
PACKAGE = "mlops_assets.registry.compare"


def as_html(title: str, sides: Sequence[Side]) -> str:
    """One page that needs nothing else: all rows, and the pictures side by side."""
    return render(
        PACKAGE,
        "compare.html.j2",
        title=title,
        tables=tables(sides),
        labels=[side.label for side in sides],
        overlaid={name: base64.b64encode(it).decode() for name, it in overlaid(sides).items()},
        without=without_curves(sides),
        pictures={
            name: [base64.b64encode(side.pictures.get(name, b"")).decode() for side in sides]
            for name in _picture_names(sides)
        },
    )


def as_markdown(title: str, sides: Sequence[Side], plots: str = "") -> str:
    """Render Markdown tables, for a ticket or a pull request.

    The plots are linked as named by `picture_files`, in a folder `plots` next to the file.
    """
    blocks = [f"# {plain(title)}", *map(_markdown, tables(sides))]
    if any(side.pictures for side in sides):
        blocks += [f"![{it}]({quote(f'{plots}/{OVERLAID}{it}.png')})" for it in overlaid(sides)]
    if any(side.pictures for side in sides):
        rows = [[plain(side.label) for side in sides], ["---"] * len(sides)]
        rows += [[_link(side, name, plots) for side in sides] for name in _picture_names(sides)]
        blocks.append("\n".join("| " + " | ".join(row) + " |" for row in rows))
    return "\n\n".join(blocks) + "\n"


def picture_files(sides: Sequence[Side]) -> dict[str, bytes]:
    """Every plot by file name: `version_3_roc_curve.png`, and `overlaid_roc_curve.png`."""
    own = {_file(side, name): picture for side in sides for name, picture in side.pictures.items()}
    return own | {f"{OVERLAID}{name}.png": picture for name, picture in overlaid(sides).items()}


def _markdown(table: Table) -> str:
    rows = [table.head, ["---"] * len(table.head), *(line.cells for line in table.shown)]
    lines = ["| " + " | ".join(map(plain, row)) + " |" for row in rows]
    return "\n".join([*lines, *([f"\n{table.same}"] if table.same else [])])


def _picture_names(sides: Sequence[Side]) -> list[str]:
    return list(dict.fromkeys(name for side in sides for name in side.pictures))


def _file(side: Side, name: str) -> str:
    return f"{side.label.replace(' ', '_')}_{name}.png"


def _link(side: Side, name: str, plots: str) -> str:
    if name not in side.pictures:
        return "none"
    return f"![{plain(f'{name} of {side.label}')}]({quote(f'{plots}/{_file(side, name)}')})"
