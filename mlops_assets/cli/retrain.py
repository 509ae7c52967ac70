"""`mlops-assets retrain`: retrain a model in this process, and print a summary."""

import time

import typer

from mlops_assets.cli.options import ModelInDefs
from mlops_assets.cli.terminal import say
from mlops_assets.platform.settings import Settings


def retrain(
    model: ModelInDefs,
) -> None:
    """Retrain a model, from raw data to production version. Exit code 1 if a step failed.

    Example:  mlops-assets retrain heart_disease
    """
    from mlops_assets.cli.runs import ModelRuns
    from mlops_assets.platform.dagster.home import open_instance
    from mlops_assets.platform.dagster.overlap import refuse_overlap

    settings = Settings.from_environment()
    began = time.monotonic()
    typer.echo(f"Retraining {model} (state: {settings.home})")
    with open_instance(settings) as instance:
        runs = ModelRuns(model, instance, settings)
        refuse_overlap(instance, model)
        succeeded = runs.execute("retrain")
    if not succeeded:
        say("The retrain failed; the step above says why.", "red", err=True)
        raise typer.Exit(1)
    from mlops_assets.cli.summary import summary

    say("\n" + summary(model, settings))
    typer.echo(f"\n{time.monotonic() - began:.1f} s in all. Look around with: make up")
