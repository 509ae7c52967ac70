"""`mlops-assets compare MODEL 3 4`: what differs between versions, or between runs."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json, Model
from mlops_assets.cli.registry import names_in_defs, registered_name
from mlops_assets.cli.tables import print_table
from mlops_assets.errors import InputError

if TYPE_CHECKING:
    from mlops_assets.client import ModelRegistry
    from mlops_assets.registry.compare.report import Side

PAGES = "--html FILE or --markdown FILE writes them"
SHORTEST_RUN = 8
"""Characters; a number of a version has fewer."""
Versions = Annotated[
    list[str] | None,
    typer.Argument(help="Two or more numbers; default: the production and the staged version."),
]
Runs = Annotated[
    list[str] | None,
    typer.Option(help="Two or more MLflow runs instead of versions: --runs A B C."),
]


def compare(
    model: Model,
    versions: Versions = None,
    runs: Runs = None,
    html: Annotated[
        Path | None, typer.Option(help="Also write an HTML page with the plots.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Also write Markdown with the plots.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare versions: stages, metrics with intervals, gates, data and parameters.

    Only differences in data and parameters are shown; the page has everything, also the metrics of
    groups and ROC and precision-recall curves over each other. The other plots are those that the
    evaluations saved to MLflow; with --markdown they go into a separate folder. The MLflow
    run of a Dagster run includes its steps.

    Example:  mlops-assets compare heart_disease 3 4 --html compared.html
    """
    from mlops_assets.client import ModelRegistry
    from mlops_assets.registry.compare.pages import as_html

    registry = ModelRegistry.from_environment()
    name = registered_name(registry, model)
    pictures = html is not None or markdown is not None
    if runs:
        sides = _of_runs(registry, name, _run_ids(runs, versions or []), pictures)
    else:
        sides = _of_versions(registry, name, versions or [], pictures)
    title = f"{name}: {' and '.join(side.label for side in sides)}"
    written = [write(html, as_html(title, sides).encode())] if html else []
    written += _write_markdown(markdown, title, sides) if markdown else []
    if as_json:
        print_json({"model": name, "compared": list(map(_plain, sides))})
        return
    typer.echo(title)
    print_sides(sides)
    for path in written:
        typer.echo(f"\nwritten to {path}")
    if not written:
        typer.echo(f"\nplots: {PAGES}")


def print_sides(sides: "Sequence[Side]") -> None:
    """Print what differs in each section, and how many rows are the same."""
    from mlops_assets.registry.compare.tables import tables

    for section in tables(sides):
        typer.echo()
        if section.title == "Groups":
            typer.echo(f"{len(section.shown) + len(section.hidden)} metrics of groups: {PAGES}")
            continue
        print_table([section.head, *(line.cells for line in section.shown)])
        if section.same:
            typer.echo(section.same)


def _run_ids(runs: list[str], more: list[str]) -> list[str]:
    """The runs after --runs, separated by blanks or commas: those after the first are arguments."""
    found = [it for given in (*runs, *more) for it in given.split(",") if it]
    if numbers := [it for it in more if len(it) < SHORTEST_RUN and it.isdigit()]:
        raise InputError(
            seen=f"versions {numbers} together with --runs",
            expected="one of them",
            todo="leave one out",
        )
    if len(found) < 2:
        raise InputError(
            seen=f"one run, {found[0] if found else 'none'}",
            expected="two or more runs",
            todo="name them: `--runs A B`",
        )
    return found


def _of_versions(
    registry: "ModelRegistry", name: str, versions: list[str], pictures: bool
) -> "list[Side]":
    found = registry.compare_versions(name, versions, pictures=pictures)
    if len(found) < 2:
        raise InputError(
            seen=f"{name} has only {found[0].label if found else 'nothing'} to compare",
            expected="two or more versions, or a production and a staged one",
            todo=f"name them: `mlops-assets compare {name} 3 4`",
        )
    return found


def _of_runs(registry: "ModelRegistry", name: str, runs: list[str], pictures: bool) -> "list[Side]":
    in_defs = names_in_defs(registry.settings).items()
    names = (name, *(own for own, registered in in_defs if registered == name))
    return registry.compare_runs(names, runs, pictures=pictures)


def _write_markdown(path: Path, title: str, sides: "list[Side]") -> list[Path]:
    """Write the file, and its plots to a folder next to it."""
    from mlops_assets.registry.compare.pages import as_markdown, picture_files

    plots, pictures = path.with_name(f"{path.stem}_plots"), picture_files(sides)
    written = [write(path, as_markdown(title, sides, plots.name).encode())]
    if pictures:
        plots.mkdir(exist_ok=True)
    for name, picture in pictures.items():
        write(plots / name, picture)
    return [*written, plots] if pictures else written


def write(path: Path, content: bytes) -> Path:
    """Write a file. Raises `InputError` if the folder does not exist or cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(
            seen=f"{path} cannot be written ({error.strerror})",
            expected="a file in a folder that exists",
            todo="choose another file",
        ) from error
    return path


def _plain(side: "Side") -> dict[str, object]:
    """A side for JSON; of its pictures only the names, which --html and --markdown add."""
    return {**asdict(side), "pictures": sorted(side.pictures)}
