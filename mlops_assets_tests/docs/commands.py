"""The reference of the command line as Markdown, from typer's own description of it."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import typer

from mlops_assets.cli import EXIT_CODES, app

HEAD = f"""\
# Command line

Also shown by `mlops-assets COMMAND --help`. Generated from the commands by `make docs`; do not
edit.

{EXIT_CODES}
"""

Command = Any  # click's, of which typer may carry a copy of its own


def commands() -> dict[str, Command]:
    """Every command of `mlops-assets` by its name, in the order of the help."""
    return dict(typer.main.get_command(app).commands)


def reference() -> str:
    """The page: what there is in each panel, then each command."""
    known = commands().items()
    panels = groupby(known, key=lambda item: item[1].rich_help_panel)
    overview = [line for panel, members in panels for line in _panel(panel, dict(members))]
    return "\n".join([HEAD, *overview, *(line for item in known for line in _command(*item))])


def _panel(title: str, members: dict[str, Command]) -> Iterator[str]:
    yield f"**{title}**\n"
    yield from (f"- [`{name}`](#{name}): {_summary(it)}" for name, it in members.items())
    yield ""


def _summary(command: Command) -> str:
    """The first paragraph of the help, on one line."""
    return " ".join(command.help.split("\n\n")[0].split())


def _command(name: str, command: Command) -> Iterator[str]:
    context = command.context_class(command, info_name=f"mlops-assets {name}", terminal_width=1000)
    usage = command.get_usage(context).removeprefix("Usage: ")
    yield f"## {name}\n\n{_help(command.help)}\n\n```text\n{usage}\n```\n"
    records = (it.get_help_record(context) for it in command.params if it.name != "help")
    if rows := [_row(*record) for record in records if record]:
        yield "\n".join(["| parameter | description |", "| --- | --- |", *rows, ""])


def _help(text: str) -> str:
    """The help with its examples as code."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(map(_example, paragraphs))


def _example(paragraph: str) -> str:
    words, separator, command = paragraph.partition(": mlops-assets ")
    return f"{words}:\n\n```bash\nmlops-assets {command}\n```" if separator else paragraph


def _row(given: str, description: str) -> str:
    shown = description.replace("|", "\\|").replace("  ", " ")
    return f"| `{given.replace('|', chr(92) + '|')}` | {shown} |"
