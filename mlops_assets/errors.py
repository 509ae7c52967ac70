"""The error raised for invalid user input; like every log line, it says it on one line."""

import logging
import re
from collections.abc import Sequence
from typing import Any

BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def one_line(text: str) -> str:
    """`text` without line breaks, which could forge a log line, and with control codes spelt."""
    joined = BREAKS.sub(" ", text)
    return CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", joined)


def logger(name: str) -> logging.Logger:
    """The logger of a module, whose messages are on one line whatever data is in them."""
    log = logging.getLogger(name)
    log.addFilter(_on_one_line)  # one that is there already is not added again
    return log


def _on_one_line(record: logging.LogRecord) -> bool:
    record.msg, record.args = one_line(record.getMessage()), ()
    return True


class InputError(ValueError):
    """Invalid user input.

    The message says what was seen, what was expected and what to do; each part is a sentence
    without its full stop, on one line.
    """

    def __init__(self, *, seen: str, expected: str, todo: str) -> None:
        self.seen, self.expected, self.todo = map(one_line, (seen, expected, todo))
        super().__init__(f"{self.seen}. Expected: {self.expected}. To do: {self.todo}.")

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
