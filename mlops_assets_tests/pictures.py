"""What tests look at in a figure."""

import io
from itertools import combinations

from PIL import Image

from mlops_assets.figures.style import png


def size(figure) -> tuple[int, int]:
    """Width and height of the picture, which weighs little."""
    picture = png(figure)
    assert len(picture) <= 40_000
    return Image.open(io.BytesIO(picture)).size


def collisions(figure) -> list[tuple[str, str]]:
    """Titles of the axes, also left-aligned ones, that touch each other or leave the picture."""
    png(figure)
    named = {
        text.get_text(): text.get_window_extent()
        for axes in figure.axes
        for text in (axes.title, axes._left_title)
        if axes.get_visible() and text.get_text()
    }
    right = figure.bbox.x1
    outside = [(name, "the edge") for name, box in named.items() if box.x1 > right]
    pairs = combinations(named.items(), 2)
    return outside + [(one, two) for (one, box), (two, other) in pairs if box.overlaps(other)]


def texts(figure, of: int = 0) -> list[str]:
    """The words of the legend, or of the axes without one."""
    axes = figure.axes[of]
    shown = axes.get_legend().get_texts() if axes.get_legend() else axes.texts
    return [text.get_text() for text in shown]


def least_width(markdown: str) -> int:
    """The characters that a table takes when all that can be wrapped is; Dagster shows 57."""
    rows = [line.strip("| ").split(" | ") for line in markdown.splitlines() if line[:1] == "|"]
    words = ([max(map(len, cell.split()), default=0) for cell in row] for row in rows)
    return sum(max(column) + 2 for column in zip(*words, strict=True))
