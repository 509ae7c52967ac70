"""`mlops-assets overview`: how every model is doing, as a table or as one page."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json
from mlops_assets.cli.tables import print_table
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings

TOLD = {"at", "actor", "reason", "version", "forced"}
"""Of a row of the ledger, in the JSON of a model."""

if TYPE_CHECKING:
    from mlops_assets.overview.collect import Fleet
    from mlops_assets.overview.records import ModelRow


def overview(
    model: Annotated[
        str, typer.Argument(help="A model: print its changes, or write its page.", metavar="MODEL")
    ] = "",
    html: Annotated[
        Path | None, typer.Option(help="Write a page that opens on its own, instead of a table.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show how every model is doing: what serves, drift, performance, and what waits for you.

    Models that wait for a person come first. The episode is what the drift sensor decided at its
    last tick. While `mlops-assets up` runs, the same pages are at /overview of Dagster's address.

    Example:  mlops-assets overview --html overview.html
    """
    from mlops_assets.overview.collect import Fleet, find
    from mlops_assets.overview.table import HEADINGS, cells

    fleet = Fleet(Settings.from_environment())
    rows = fleet.rows()
    shown = [find(rows, model)] if model else rows
    if html:
        _write(html, _page(fleet, rows, shown[0] if model else None))
        print_json({"file": str(html)}) if as_json else typer.echo(f"written to {html}")
        return
    if as_json:
        print_json(_with_changes(fleet, shown[0]) if model else [_facts(it) for it in rows])
        return
    if not rows:
        typer.echo("no model yet")
        return
    print_table([HEADINGS, *map(cells, shown)])
    if model:
        _print_changes(fleet, shown[0])


def _page(fleet: "Fleet", rows: "list[ModelRow]", row: "ModelRow | None") -> str:
    from mlops_assets.overview.life import life_of
    from mlops_assets.overview.links import Links
    from mlops_assets.overview.pages import model_page, overview_page

    links = Links.of_file(fleet.settings)
    return model_page(life_of(fleet, row), links) if row else overview_page(rows, links)


def _facts(row: "ModelRow") -> dict[str, object]:
    """What is known of a model; its days are those of the page."""
    return {**asdict(row), "days": row.newest, "newest_verdict": row.newest_verdict}


def _with_changes(fleet: "Fleet", row: "ModelRow") -> dict[str, object]:
    from mlops_assets.overview.life import life_of

    changes = [
        {"day": it.day, "change": it.what, "stages": it.moved, **it.entry.model_dump(include=TOLD)}
        for it in reversed(life_of(fleet, row).changes)
    ]
    return {**_facts(row), "changes": changes}


def _print_changes(fleet: "Fleet", row: "ModelRow") -> None:
    from mlops_assets.overview.life import life_of

    changes = [
        [str(it.day), it.what, it.moved, it.entry.actor, " ".join(it.entry.reason.split())]
        for it in reversed(life_of(fleet, row).changes)
    ]
    if changes:
        typer.echo()
        print_table([["day of data", "change", "stages", "who", "why"], *changes])


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(
            seen=f"{path} cannot be written ({error.strerror})",
            expected="a file in a folder that exists",
            todo="choose another file",
        ) from error
