"""The error raised for invalid user input."""

from collections.abc import Sequence
from typing import Any


class InputError(ValueError):
    """Invalid user input.

    The message says what was seen, what was expected and what to do; each part is a sentence
    without its full stop.
    """

    def __init__(self, *, seen: str, expected: str, todo: str) -> None:
        self.seen, self.expected, self.todo = seen, expected, todo
        super().__init__(f"{seen}. Expected: {expected}. To do: {todo}.")

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.seen, self.expected, self.todo))


class UnreadableDataError(InputError):
    """What a source delivered cannot be read: it is damaged, cut off, or not in the form expected.

    On a live day it makes the day an outage.
    """


class CombinedInputError(InputError):
    """Several mistakes in the user's input, one per line."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        self.errors = tuple(errors)
        super().__init__(seen=errors[0].seen, expected=errors[0].expected, todo=errors[0].todo)
        self.args = (f"{len(errors)} mistakes:\n" + "\n".join(f"  {error}" for error in errors),)

    def __reduce__(self) -> tuple[Any, ...]:
        return (CombinedInputError, (self.errors,))


def _rebuild(kind: type[InputError], seen: str, expected: str, todo: str) -> InputError:
    return kind(seen=seen, expected=expected, todo=todo)
