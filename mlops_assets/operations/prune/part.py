"""A part of the state that is old and that nothing needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """What can be removed of one kind.

    `items` names each, `bytes` is what they take (0 for rows of a database, which is not known),
    and `remove` removes them; its return value says what could not be removed, "" if nothing.
    """

    what: str
    items: tuple[str, ...]
    bytes: int = 0
    remove: Callable[[], str] = field(default=lambda: "", compare=False)
