"""What a person at a terminal gets: colour and a spinner. Pipes and files get plain text."""

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
"""The words that get a colour where a line or a cell begins with them."""


def terminal(*, err: bool = False) -> "Console | None":
    """Rich's console where stdout, or stderr, is a terminal that can do more than print lines."""
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
    """The stream with a descriptor of its own.

    While a step runs, Dagster sends the stream's own one to a log, and what it copies from there
    comes late, or never where the run ends at once.
    """
    try:
        return os.fdopen(os.dup(stream.fileno()), "w", encoding=stream.encoding)
    except UnsupportedOperation:  # a buffer of a program that calls this one
        return stream


def painted(words: str, style: str = "") -> "Text":
    """`words` as they are, never read as markup."""
    from rich.text import Text

    text = Text(words, style)
    text.highlight_regex(COLORED)
    return text


def say(words: str, style: str = "", *, err: bool = False) -> None:
    """Print lines, in a colour where there is a terminal."""
    console = terminal(err=err)
    if console is None:
        typer.echo(words, file=_own(sys.stderr if err else sys.stdout))
    else:
        # Where both are terminals they are one, and a spinner of stdout may be turning on it.
        (terminal() or console).print(painted(words, style), soft_wrap=True)


@contextmanager
def working(words: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """A spinner with seconds in a terminal, as long as the block runs; nothing elsewhere.

    Gives the function that changes its words.
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
