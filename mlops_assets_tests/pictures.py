"""What tests look at in a figure."""

import io

from PIL import Image

from mlops_assets.figures.style import png


def size(figure) -> tuple[int, int]:
    """Width and height of the picture, which weighs little."""
    picture = png(figure)
    assert len(picture) <= 40_000
    return Image.open(io.BytesIO(picture)).size


def texts(figure, of: int = 0) -> list[str]:
    """The words of the legend, or of the axes without one."""
    axes = figure.axes[of]
    shown = axes.get_legend().get_texts() if axes.get_legend() else axes.texts
    return [text.get_text() for text in shown]
