"""`mlops-assets demo`: the whole loop, over ten days of January 2026."""

import time
from datetime import date, timedelta

import typer

from mlops_assets.cli.answer import lines_to_stderr, print_json
from mlops_assets.cli.options import Json
from mlops_assets.platform.settings import Settings

MODEL = "heart_disease"
TRAINED = date(2026, 1, 5)
DAYS = [TRAINED + timedelta(days=after) for after in range(1, 11)]


def demo(as_json: Json = False) -> None:
    """Play ten days of heart_disease: quiet days, drift, one retrain, and quiet days again.

    Days played before are shown, but not played again. Exit code 1 if a run failed.

    Example:  mlops-assets demo
    """
    from mlops_assets.cli.replay import HEADINGS, Replay, print_day
    from mlops_assets.cli.summary import summary
    from mlops_assets.cli.terminal import say
    from mlops_assets.platform.dagster.home import open_instance

    settings, began = Settings.from_environment(), time.monotonic()
    with lines_to_stderr(as_json), open_instance(settings) as instance:
        replay = Replay(MODEL, instance, settings)
        day = replay.trained_through() or TRAINED
        typer.echo(f"Training {MODEL} on the days up to {day} (state: {settings.home})")
        replay.retrain(day)
        say("\n" + summary(MODEL, settings) + "\n")
        print_day(*HEADINGS)
        for day in DAYS:
            replay.play(day)
    if as_json:
        print_json({"model": MODEL, "days": replay.days})
        return
    typer.echo(f"\n{time.monotonic() - began:.1f} s in all. Look around with: make up")
