"""What a person at a terminal gets: colour and a spinner. Pipes and files get plain text."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

COLORED = (
    r"(?m)^\s*(?:(?P<green>PASS|production|healthy)|(?P<yellow>warning)|(?P<red>FAIL|unhealthy))\b"
)
"""The words that get a colour where a line or a cell begins with them."""


def terminal(*, err: bool = False) -> "Console | None":
    """Rich's console where stdout, or stderr, is a terminal that can do more than print lines."""
    if not (sys.stderr if err else sys.stdout).isatty():
        return None
    console = _console(err)
    return None if console.is_dumb_terminal else console


@cache
def _console(err: bool) -> "Console":
    from rich.console import Console

    return Console(stderr=err, highlight=False)


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
        typer.echo(words, err=err)
    elif err:
        # To sys.stderr itself, where a spinner that is turning catches it; typer.echo goes past it.
        with console.capture() as lines:
            console.print(painted(words, style), soft_wrap=True)
        sys.stderr.write(lines.get())
    else:
        console.print(painted(words, style), soft_wrap=True)


@contextmanager
def working(words: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """A spinner with seconds in a terminal, as long as the block runs; nothing elsewhere.

    Gives the function that changes its words.
    """
    console = None if quiet else terminal()
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
        redirect_stderr=sys.stderr.isatty(),
    ) as progress:
        task = progress.add_task(words, total=None)
        yield lambda now: progress.update(task, description=now)
