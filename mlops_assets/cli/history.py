"""`mlops-assets history MODEL`: who changed which version, when and why."""

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json, Limit, Model
from mlops_assets.cli.registry import registered_name
from mlops_assets.cli.tables import print_table
from mlops_assets.cli.terminal import terminal
from mlops_assets.registry.ledger import Entry, changes

HEADINGS = ["when", "change", "stages", "who", "why"]


def history(model: Model, limit: Limit = None, as_json: Json = False) -> None:
    """Print the ledger of a model: one line per change, newest first.

    With --json, every row as stored: a change has one for its intent and one for its outcome.

    Example:  mlops-assets history heart_disease --limit 10
    """
    from mlops_assets.client import ModelRegistry

    registry = ModelRegistry.from_environment()
    name = registered_name(registry, model)
    rows = registry.history(name, limit=limit if as_json or limit is None else 2 * limit)
    if as_json:
        print_json(rows)
        return
    found = changes(rows)[:limit]
    if found and terminal():
        print_table([HEADINGS, *(_cells(row, ended) for row, ended in found)])
        return
    lines = [_line(row, ended) for row, ended in found]
    typer.echo("\n".join(lines) or f"nothing has changed in {name} yet")


def _line(entry: Entry, ended: bool) -> str:
    moved = f" [{_moved(entry)}]" if entry.from_stage else ""
    return f"{entry.line()}{moved}{'' if ended else ' (not finished)'}"


def _cells(entry: Entry, ended: bool) -> list[str]:
    what = f"{entry.what()}{'' if ended else ' (not finished)'}"
    why = " ".join(entry.reason.split())
    return [f"{entry.at:%Y-%m-%d %H:%M}", what, _moved(entry), entry.actor, why]


def _moved(entry: Entry) -> str:
    return f"{entry.from_stage} → {entry.to_stage or 'removed'}" if entry.from_stage else ""
