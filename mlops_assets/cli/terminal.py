"""Output in a terminal: colour and a spinner. Pipes and files get plain text."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import UnsupportedOperation
from typing import TYPE_CHECKING, TextIO

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

COLORED = (
    r"(?m)^\s*(?:(?P<green>PASS|passed|production|healthy)|(?P<yellow>warning)"
    r"|(?P<red>FAIL|failed|unhealthy))\b"
)
"""Words that are coloured at the beginning of a line or a cell."""


def terminal(*, err: bool = False) -> "Console | None":
    """Rich's console if stdout, or stderr, is a terminal that can do more than print lines."""
    return _console(sys.stderr if err else sys.stdout)


@lru_cache(maxsize=4)
def _console(stream: TextIO) -> "Console | None":
    if not stream.isatty():
        return None
    from rich.console import Console

    console = Console(file=_own(stream), highlight=False)
    return None if console.is_dumb_terminal else console


@lru_cache(maxsize=4)
def _own(stream: TextIO) -> TextIO:
    """The stream with a separate descriptor.

    While a step runs, Dagster redirects the stream's own descriptor to a log, and what it copies
    back arrives late, or never if the run ends at once.
    """
    try:
        return os.fdopen(os.dup(stream.fileno()), "w", encoding=stream.encoding)
    except UnsupportedOperation:  # a buffer set by a calling program
        return stream


def painted(words: str, style: str = "") -> "Text":
    """`words` as they are, never read as markup."""
    from rich.text import Text

    text = Text(words, style)
    text.highlight_regex(COLORED)
    return text


def say(words: str, style: str = "", *, err: bool = False) -> None:
    """Print lines, coloured in a terminal."""
    console = terminal(err=err)
    if console is None:
        typer.echo(words, file=_own(sys.stderr if err else sys.stdout))
    else:
        # If both are terminals they are the same one, and stdout may have a spinner on it.
        (terminal() or console).print(painted(words, style), soft_wrap=True)


@contextmanager
def working(words: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Show a spinner with seconds in a terminal while the block runs; nothing elsewhere.

    Yields the function that changes its text.
    """
    console = None if quiet else terminal()
    terminal(err=True)
    for stream in (sys.stdout, sys.stderr):
        _own(stream)  # before a step runs
    if console is None:
        yield lambda _: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    with Progress(
        *columns,
        console=console,
        transient=True,
        refresh_per_second=4,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        task = progress.add_task(words, total=None)
        yield lambda now: progress.update(task, description=now)
