"""`mlops-assets reproduce`: refit a version, and check that it predicts the same."""

from typing import Annotated

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json, Model, Version
from mlops_assets.cli.registry import registered_name
from mlops_assets.cli.terminal import say, working

COLORS = {
    "identical": "green",
    "within tolerance": "green",
    "different": "red",
}


def reproduce(
    model: Model,
    version: Version,
    tolerance: Annotated[
        float,
        typer.Option(
            min=0.0,
            help="Maximum difference of a probability, score or predicted number; not of a label.",
        ),
    ] = 0.0,
    todays_code: Annotated[
        bool,
        typer.Option("--todays-code", help="Refit with today's code, not the original code."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Refit a version from its recorded data, code, parameters and seed, and compare.

    Compares predictions on the original holdout. Lists what has changed since: libraries, Python,
    platform, and the code if the original was not kept. Writes nothing. Exit code 0: identical or
    within the tolerance, 1: different, 2: invalid input, or something recorded is gone.

    Example:  mlops-assets reproduce heart_disease 4
    """
    from mlops_assets.client import ModelRegistry

    registry = ModelRegistry.from_environment()
    name = registered_name(registry, model)
    if not as_json:
        typer.echo(f"Refitting {name} {version}")
    with working("refitting", quiet=as_json):
        done = registry.reproduce_model(name, version, tolerance=tolerance, todays_code=todays_code)
    if as_json:
        print_json(done)
    else:
        say(done.words(), COLORS[done.outcome])
    raise typer.Exit(int(done.outcome == "different"))
