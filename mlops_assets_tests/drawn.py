"""Pictures of runs, drawn once in a process: most tests train the same small model."""

import hashlib
import io
import pickle
from typing import TYPE_CHECKING, Any

from mlops_assets.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KEPT: dict[bytes, bytes] = {}
CANNOT = (pickle.PicklingError, AttributeError, TypeError)


def remember_pictures() -> None:
    """Draw a figure whose content is that of an earlier one by taking the earlier one's picture.

    To be called when tests have been imported: those that import `png` look at what drawing does
    to a figure.
    """
    draw = style.png

    def kept(figure: "Figure") -> bytes:
        content = content_of(figure)
        if content is None:
            return draw(figure)
        if content not in KEPT:
            KEPT[content] = draw(figure)
        return KEPT[content]

    style.png = kept


def content_of(figure: "Figure") -> bytes | None:
    """A digest of all that is drawn; None for a figure with functions, which are not compared."""
    written = io.BytesIO()
    try:
        _Content(written).dump(figure)
    except CANNOT:
        return None
    return hashlib.sha256(written.getbuffer()).digest()


class _Content(pickle.Pickler):
    """Leaves out what a transformation has of others that use it: their addresses in memory."""

    def reducer_override(self, thing: Any) -> Any:
        from matplotlib.transforms import TransformNode

        if not isinstance(thing, TransformNode):
            return NotImplemented
        return object.__new__, (type(thing),), {**thing.__dict__, "_parents": None}
