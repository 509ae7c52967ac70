"""Count the stage changes of this process: what was looked up before one is not used after it."""

from itertools import count

_NUMBERS = count(1)
_LAST = [0]


def note_change() -> None:
    """This process has changed the stage of a version."""
    _LAST[0] = next(_NUMBERS)


def last_change() -> int:
    """The number of its last change; 0 if there was none."""
    return _LAST[0]
