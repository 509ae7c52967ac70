"""Print figures as aligned lines, and write them to docs/benchmarks.md."""

import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("dagster", "mlflow", "scikit-learn", "evidently", "pandas", "numpy", "skops")
LIBRARIES += ("splink", "duckdb")
IN_TURNS = (
    "Both sides of a ratio are measured in\n"
    "one run, in turns (A B A B), each in a fresh process and a fresh folder. Figures are\n"
    "medians with the smallest and the greatest in brackets; a ratio is taken round by round.\n"
    "Seconds depend on the machine, ratios much less."
)


class Report:
    """The sections of a benchmark run, each a title, what it means, and lines of figures."""

    def __init__(self, title: str = "The lifecycle", about: str = IN_TURNS) -> None:
        self.title, self.about = title, about
        self.sections: list[str] = []
        self.began = time.monotonic()

    def section(self, title: str, about: str, lines: Sequence[str]) -> None:
        """Print a finished section, and keep it for the page."""
        print("\n".join(["", title, *(f"  {line}".rstrip() for line in lines), ""]), flush=True)
        figures = "\n".join(line.rstrip() for line in lines)
        self.sections.append(f"### {title}\n\n{about}\n\n```\n{figures}\n```\n")

    def write(self, path: Path, command: str) -> None:
        """This report's part of the page: how it was measured, then the sections.

        The parts of other reports stay unchanged, in the same place.
        """
        minutes = (time.monotonic() - self.began) / 60
        part = "\n".join([_head(self.title, self.about, command, minutes), *self.sections])
        path.parent.mkdir(exist_ok=True)
        parts = _parts(path.read_text(encoding="utf-8")) if path.exists() else {}
        parts[self.title] = part
        path.write_text("\n".join(["# Benchmarks\n", *parts.values()]), encoding="utf-8")


def _parts(page: str) -> dict[str, str]:
    """The text of each part of a page, by title. A part begins with its `##` title."""
    _, *parts = re.split(r"^(?=## )", page, flags=re.MULTILINE)
    return {part.splitlines()[0].removeprefix("## "): part.rstrip() + "\n" for part in parts}


def _head(title: str, about: str, command: str, minutes: float) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"## {title}\n\n"
        f"Written by `{command}` in {minutes:.0f} minutes. {about}\n\n"
        f"- Machine: {os.cpu_count()} cores, {platform.machine()}, {platform.system()}, "
        f"Python {platform.python_version()}\n- Libraries: {versions}\n"
    )


def progress(words: str) -> None:
    """One line about what was just measured."""
    print(f"  {words}", flush=True)


def spread(values: Sequence[float], form: str = ".1f", unit: str = "s") -> str:
    """`12.3 s [12.1, 12.9]`: median, minimum and maximum."""
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:{form}} {unit}".rstrip() + f" [{low:{form}}, {high:{form}}]"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """`1.03 [1.01, 1.06]`: ours over theirs, round by round."""
    return spread([a / b for a, b in zip(ours, theirs, strict=True)], ".2f", "")


def met(reached: bool) -> str:
    """Whether a goal was reached, as text."""
    return "met" if reached else "NOT MET"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Cells in columns: the first left-aligned, the others right-aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides: list[Callable[[str, int], str]] = [str.ljust, *[str.rjust] * (len(widths) - 1)]
    return [
        "   ".join(put(cell, width) for put, cell, width in zip(sides, row, widths, strict=True))
        for row in rows
    ]
