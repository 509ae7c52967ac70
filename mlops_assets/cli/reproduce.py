"""`mlops-assets reproduce`: a version fitted again, and whether it predicts the same."""

from typing import Annotated

import typer

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
            min=0.0, help="How far a probability, score or predicted number may be off; no label."
        ),
    ] = 0.0,
    todays_code: Annotated[
        bool,
        typer.Option("--todays-code", help="Fit with the code that runs now, not that of then."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Fit a version again from its recorded data, code, parameters and seed, and compare.

    Compared are predictions for the holdout of then. Says what has changed since: libraries,
    Python, platform, and the code where that of then was not kept. Writes nothing. Exit code 0:
    identical or within the tolerance, 1: different, 2: a mistake, or something recorded is gone.

    Example:  mlops-assets reproduce heart_disease 4
    """
    from mlops_assets.client import ModelRegistry

    registry = ModelRegistry.from_environment()
    name = registered_name(registry, model)
    if not as_json:
        typer.echo(f"Fitting {name} {version} again")
    with working("fitting", quiet=as_json):
        done = registry.reproduce_model(name, version, tolerance=tolerance, todays_code=todays_code)
    if as_json:
        typer.echo(done.model_dump_json(indent=2))
    else:
        say(done.words(), COLORS[done.outcome])
    raise typer.Exit(int(done.outcome == "different"))
