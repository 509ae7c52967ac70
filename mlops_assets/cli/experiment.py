"""`mlops-assets experiment status MODEL`: which of two versions is better on requests."""

from typing import Annotated, Literal

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json, ModelInDefs
from mlops_assets.cli.tables import print_table


def experiment(
    action: Annotated[
        Literal["status"], typer.Argument(help="What to do: status.", metavar="ACTION")
    ],
    model: ModelInDefs,
    as_json: Json = False,
) -> None:
    """Report an experiment of the prediction API: both variants, and what to do now.

    The experiment is the newest in the prediction log, with the labels that have arrived. The
    interval holds at every look, so you may stop as soon as there is a winner.

    Example:  mlops-assets experiment status heart_disease
    """
    from mlops_assets.definitions import declared
    from mlops_assets.experiments.status import status
    from mlops_assets.experiments.tables import HEADINGS, rows
    from mlops_assets.loading import spec_of
    from mlops_assets.platform.settings import Settings

    facts = status(spec_of(declared(model), model), Settings.from_environment())
    if as_json:
        print_json(facts)
        return
    typer.echo(f"{model}: {facts.recommendation}")
    if facts.variants:
        typer.echo(f"experiment {facts.experiment}, metric {facts.metric}\n")
        print_table([HEADINGS, *rows(facts)])
