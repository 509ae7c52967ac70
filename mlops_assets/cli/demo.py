"""`mlops-assets demo`: the whole loop, over the ten days that end yesterday."""

import json
import time
from datetime import UTC, datetime

import typer

from mlops_assets.cli.answer import lines_to_stderr, print_json
from mlops_assets.cli.options import Json
from mlops_assets.cli.terminal import say, working
from mlops_assets.platform.settings import Settings

MODEL = "heart_disease"
TICKS = (
    "The sensor was asked here, once after each day, so Dagster's page of it lists none of these "
    "ticks; its own begin with `make up`."
)


def demo(as_json: Json = False) -> None:
    """Play ten days of heart_disease, up to yesterday: quiet days, drift, one retrain, quiet days.

    Then the prediction API answers one request.

    Days played before are shown, but not played again. Exit code 1 if a run failed.

    Example:  mlops-assets demo
    """
    settings, began = Settings.from_environment(), time.monotonic()
    with lines_to_stderr(as_json):
        days = _play(settings)
        if not as_json:
            typer.echo(f"\n{TICKS}")
        asked = _ask(settings)
    if as_json:
        print_json({"model": MODEL, "days": days, "asked": asked})
        return
    typer.echo(f"\n{time.monotonic() - began:.1f} s in all. Look around with: make up")
    typer.echo("All models on one page: mlops-assets overview --html overview.html")


def _ask(settings: Settings) -> dict | None:
    """Ask the prediction API for one prediction, and print it."""
    from mlops_assets.cli.one_prediction import one_prediction
    from mlops_assets.cli.serve import has_extra

    if not has_extra():
        typer.echo("\nNo prediction was asked for: pip install 'mlops-assets[serving]'")
        return None
    with working("asking the prediction API"):
        asked = one_prediction(MODEL, settings)
    if asked is None:
        say("\nThe prediction API did not start: mlops-assets serve says why.", "yellow")
        return None
    typer.echo(f"\nPOST /predict {json.dumps(asked['row'])}\n{json.dumps(asked['answer'])}")
    return asked


def _play(settings: Settings) -> list:
    """Train and play the days; what happened on each."""
    typer.echo(
        f"Playing ten days of {MODEL}, which takes one to two minutes (state: {settings.home})"
    )
    with working("loading the model"):
        from mlops_assets.cli.replay import HEADINGS, Replay, print_day
        from mlops_assets.cli.summary import summary
        from mlops_assets.platform.dagster.home import open_instance
        from mlops_assets.platform.demo_days import choose_days
        from mlops_assets.spec.monitoring import newest_complete_day

    with open_instance(settings) as instance:
        days = choose_days(settings, newest_complete_day("UTC", datetime.now(UTC)))
        with working("loading the model"):
            replay = Replay(MODEL, instance, settings)
        day = replay.trained_through() or days.trained
        typer.echo(f"\nTraining on the days up to {day}")
        replay.retrain(day)
        say("\n" + summary(MODEL, settings) + "\n")
        print_day(*HEADINGS)
        for day in days.played:
            replay.play(day)
    return replay.days
