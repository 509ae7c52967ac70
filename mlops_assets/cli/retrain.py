"""`mlops-assets retrain`: retrain a model in this process, and print a summary."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from mlops_assets.cli.answer import lines_to_stderr, print_json
from mlops_assets.cli.options import Json, ModelInDefs
from mlops_assets.cli.terminal import say
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    from mlops_assets.spec.stage_names import StageNames


def retrain(
    model: ModelInDefs,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 if the version was rejected.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Retrain a model, from raw data to production version. Exit code 1 if a step failed.

    A version that its gates reject is a result, not a failure: the exit code is 0, and what serves
    stays. For a pipeline that must stop there, use --strict.

    Example:  mlops-assets retrain heart_disease
    """
    from mlops_assets.cli.runs import ModelRuns
    from mlops_assets.platform.dagster.home import open_instance
    from mlops_assets.platform.dagster.overlap import refuse_overlap

    settings, began = Settings.from_environment(), time.monotonic()
    with lines_to_stderr(as_json):
        typer.echo(f"Retraining {model} (state: {settings.home})")
        with open_instance(settings) as instance:
            runs = ModelRuns(model, instance, settings)
            refuse_overlap(instance, model)
            succeeded = runs.execute("retrain")
        if not succeeded:
            say("The retrain failed; the step above says why.", "red", err=True)
        rejected = succeeded and _rejected(model, settings, runs.spec.stage_names)
        if strict and rejected:
            say("The version was rejected by its gates, and --strict is given.", "red", err=True)
        seconds = time.monotonic() - began
        if succeeded:
            typer.echo(f"\n{seconds:.1f} s in all. Look around with: make up")
    if as_json:
        _print_json(model, settings, runs.steps, succeeded, seconds)
    raise typer.Exit(int(not succeeded or (strict and rejected)))


def _rejected(model: str, settings: Settings, names: "StageNames") -> bool:
    """Print the summary; returns whether the version was rejected."""
    from mlops_assets.cli.summary import outcome, summary
    from mlops_assets.spec.stage_names import REJECTED

    say("\n" + summary(model, settings, names))
    return outcome(model).version.stage == REJECTED


def _print_json(
    model: str, settings: Settings, steps: list, succeeded: bool, seconds: float
) -> None:
    from mlops_assets.cli.summary import outcome

    facts = outcome(model).facts() if succeeded else {}
    print_json(
        {
            "model": model,
            "home": str(settings.home),
            "succeeded": succeeded,
            "seconds": round(seconds, 1),
            "steps": steps,
            **facts,
        }
    )
