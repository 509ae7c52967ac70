"""Render a comparison as text for the terminal, as Markdown, or as one HTML file with plots."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import quote

from mlops_assets.registry.compare.report import Row, Section, Side, cells, headings, sections

STYLE = """
body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
table { border-collapse: collapse; margin: .5rem 0 1rem }
th, td { border: 1px solid #ccc; padding: .25rem .6rem; text-align: left; vertical-align: top }
td { overflow-wrap: anywhere }
tr.differs { background: #fff6d6 }
img { max-width: 100%; height: auto }
.scroll { overflow-x: auto }
"""


def as_text(sides: Sequence[Side]) -> str:
    """Render aligned columns: the differences of every section, and the number of equal rows."""
    blocks = []
    for section in sections(sides):
        shown = _shown(section)
        table = [headings(sides, section), *(cells(sides, section, row) for row in shown)]
        blocks.append("\n".join([*aligned(table), *_same(section, shown)]))
    return "\n\n".join(blocks)


def as_markdown(title: str, sides: Sequence[Side], plots: str = "") -> str:
    """Render Markdown tables, for a ticket or a pull request.

    The plots are linked as named by `picture_files`, in a folder `plots` next to the file.
    """
    blocks = [f"# {_cell(title)}"]
    for section in sections(sides):
        shown, head = _shown(section), headings(sides, section)
        rows = [head, ["---"] * len(head), *(cells(sides, section, row) for row in shown)]
        lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
        blocks.append("\n".join([*lines, *(f"\n{line}" for line in _same(section, shown))]))
    if any(side.pictures for side in sides):
        rows = [[side.label for side in sides], ["---"] * len(sides)]
        rows += [[_link(side, name, plots) for side in sides] for name in _picture_names(sides)]
        blocks.append("\n".join("| " + " | ".join(row) + " |" for row in rows))
    return "\n\n".join(blocks) + "\n"


def picture_files(sides: Sequence[Side]) -> dict[str, bytes]:
    """Every plot by file name: `version_3_roc_curve.png`."""
    return {_file(side, name): picture for side in sides for name, picture in side.pictures.items()}


def as_html(title: str, sides: Sequence[Side]) -> str:
    """Render one self-contained page: all rows, and the plots side by side."""
    parts = [f"<h1>{escape(title)}</h1>"]
    for section in sections(sides):
        parts.append(f"<h2>{escape(section.title)}</h2>")
        shown = _shown(section)
        parts.append(_table(sides, section, shown))
        if hidden := [row for row in section.rows if row not in shown]:
            table = _table(sides, section, hidden)
            parts.append(f"<details><summary>{len(hidden)} the same</summary>{table}</details>")
    if any(side.pictures for side in sides):
        parts += ["<h2>Plots</h2>", _pictures(sides)]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n{body}\n</body></html>\n'


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align cells in left-justified columns, without trailing spaces."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _shown(section: Section) -> Sequence[Row]:
    """The rows to show: the differences in parameters and data, else everything."""
    return section.different if section.title in ("Parameters", "Data") else section.rows


def _same(section: Section, shown: Sequence[Row]) -> Iterator[str]:
    if hidden := len(section.rows) - len(shown):
        yield f"{hidden} the same"


def _cell(text: str) -> str:
    return escape(text, quote=False).replace("|", "\\|").replace("\n", " ")


def _table(sides: Sequence[Side], section: Section, rows: Sequence[Row]) -> str:
    head = "".join(f"<th>{escape(it)}</th>" for it in headings(sides, section))
    body = "".join(
        f"<tr{' class=differs' if row.differs else ''}>"
        + "".join(f"<td>{escape(it)}</td>" for it in cells(sides, section, row))
        + "</tr>\n"
        for row in rows
    )
    return f'<div class="scroll"><table><tr>{head}</tr>\n{body}</table></div>'


def _pictures(sides: Sequence[Side]) -> str:
    head = "".join(f"<th>{escape(side.label)}</th>" for side in sides)
    body = "".join(
        "<tr>" + "".join(f"<td>{_picture(side, name)}</td>" for side in sides) + "</tr>\n"
        for name in _picture_names(sides)
    )
    return f"<table><tr>{head}</tr>\n{body}</table>"


def _picture_names(sides: Sequence[Side]) -> list[str]:
    return list(dict.fromkeys(name for side in sides for name in side.pictures))


def _file(side: Side, name: str) -> str:
    return f"{side.label.replace(' ', '_')}_{name}.png"


def _link(side: Side, name: str, plots: str) -> str:
    if name not in side.pictures:
        return "none"
    return f"![{name} of {side.label}]({quote(f'{plots}/{_file(side, name)}')})"


def _picture(side: Side, name: str) -> str:
    if name not in side.pictures:
        return "none"
    encoded = base64.b64encode(side.pictures[name]).decode()
    words = escape(f"{name} of {side.label}")
    return f'<img alt="{words}" src="data:image/png;base64,{encoded}">'
