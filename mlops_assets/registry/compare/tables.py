"""A comparison as tables of text, which the terminal, Markdown and HTML show each in their way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlops_assets.registry.compare.report import Section, Side, cells, headings, sections


@dataclass(frozen=True)
class Line:
    """One row, its name first."""

    cells: list[str]
    differs: bool


@dataclass(frozen=True)
class Table:
    """A section: its headings, the rows worth showing and those that only the HTML page has."""

    title: str
    head: list[str]
    shown: list[Line]
    hidden: list[Line]

    @property
    def same(self) -> str:
        """How many rows are hidden, in words; empty for none."""
        return f"{len(self.hidden)} the same" if self.hidden else ""


def tables(sides: Sequence[Side]) -> list[Table]:
    """Every section that has a row."""
    return [_table(sides, section) for section in sections(sides)]


def _table(sides: Sequence[Side], section: Section) -> Table:
    """Of parameters, data and groups what differs; of metrics, gates and facts everything."""
    lines = [Line(cells(sides, section, row), row.differs) for row in section.rows]
    hides = section.title in ("Parameters", "Data", "Groups")
    return Table(
        section.title,
        headings(sides, section),
        shown=[line for line in lines if line.differs or not hides],
        hidden=[line for line in lines if hides and not line.differs],
    )
