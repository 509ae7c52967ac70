"""`mlops-assets init`: create the stores, schemas and experiments that are missing."""

from typing import TYPE_CHECKING

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    from mlops_assets.operations.initialize import Step


def init(
    as_json: Json = False,
) -> None:
    """Create every store, its schema and the experiments; existing ones are left alone.

    The experiments are those of the models and of MLOPS_ASSETS_EXPERIMENTS, which names further
    ones, such as scoring-models,baseline-models. Safe to repeat, also concurrently.

    Example:  mlops-assets init
    """
    from mlops_assets.definitions import declared
    from mlops_assets.loading import specs
    from mlops_assets.operations.initialize import initialize

    settings = Settings.from_environment()
    experiments = [spec.experiment for spec in specs(declared()).values()]
    done = initialize(settings, [*experiments, *settings.experiments])
    if as_json:
        print_json([vars(step) for step in done])
        return
    for step in done:
        print_step(step)


def print_step(step: "Step") -> None:
    """A line for a store or experiment; what is new is green."""
    color = typer.colors.GREEN if step.outcome in ("created", "upgraded") else None
    typer.echo(f"{step.what:<11} ", nl=False)
    typer.secho(f"{step.outcome:<9}", fg=color, nl=False)
    typer.echo(f" {step.seen}")
