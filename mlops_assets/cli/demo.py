"""`mlops-assets demo`: the whole loop, over the ten days that end yesterday."""

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from mlops_assets.cli.answer import lines_to_stderr, print_json
from mlops_assets.cli.options import Json
from mlops_assets.cli.terminal import say, working
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    from mlops_assets.cli.asked_days import AskedDays
    from mlops_assets.cli.replay import Replay
    from mlops_assets.platform.demo_days import DemoDays

MODEL = "heart_disease"
TICKS = (
    "The sensor was asked here, once after each day, so Dagster's page of it lists none of these "
    "ticks; its own begin with `make up`."
)


def demo(as_json: Json = False) -> None:
    """Play ten days of heart_disease, up to yesterday: quiet days, drift, one retrain, quiet days.

    The first two days of drift are 1,000 requests each to the prediction API, and their labels; the
    rows of the other days come from the simulator. The API then answers with the new version.

    Days played before are shown, but not played again. Exit code 1 if a run failed.

    Example:  mlops-assets demo
    """
    settings, began = Settings.from_environment(), time.monotonic()
    with lines_to_stderr(as_json):
        days, asked = _loop(settings)
    if as_json:
        print_json({"model": MODEL, "days": days, "asked": asked})
        return
    typer.echo(f"\n{time.monotonic() - began:.1f} s in all. Look around with: make up")
    typer.echo("All models on one page: mlops-assets overview --html overview.html")


def _loop(settings: Settings) -> tuple[list, dict[str, Any] | None]:
    """Train and play the days: what happened on each, and what the API answered in the end."""
    typer.echo(
        f"Playing ten days of {MODEL}, which takes one to two minutes (state: {settings.home})"
    )
    with working("loading the model"):
        from mlops_assets.cli.asked_days import asked_days
        from mlops_assets.cli.replay import Replay
        from mlops_assets.platform.dagster.home import open_instance
        from mlops_assets.platform.demo_days import choose_days
        from mlops_assets.spec.monitoring import newest_complete_day

    with open_instance(settings) as instance:
        days = choose_days(settings, newest_complete_day("UTC", datetime.now(UTC)))
        with working("loading the model"):
            replay = Replay(MODEL, instance, settings)
        _train(replay, days)
        with asked_days(replay) as asked:
            _play(replay, days, asked)
            return replay.days, _ask(asked)


def _train(replay: "Replay", days: "DemoDays") -> None:
    from mlops_assets.cli.summary import summary

    day = replay.trained_through() or days.trained
    typer.echo(f"\nTraining on the days up to {day}")
    replay.retrain(day)
    say("\n" + summary(MODEL, replay.settings, replay.runs.spec.stage_names) + "\n")


def _play(replay: "Replay", days: "DemoDays", asked: "AskedDays | None") -> None:
    from mlops_assets.cli.replay import HEADINGS, print_day

    print_day(*HEADINGS)
    for day in days.played:
        if asked and day in days.asked:
            asked.ask(day)
        replay.play(day)
        if asked and replay.days[-1].retrained:
            print_day("", "", "", "", "", asked.follow(replay.days[-1].retrained[-1]["to"]))
    typer.echo(f"\n{TICKS}")


def _ask(asked: "AskedDays | None") -> dict[str, Any] | None:
    """Ask the prediction API for one prediction, and print it."""
    if asked is None:
        typer.echo("\nThe prediction API was not asked: pip install 'mlops-assets[serving]'")
        return None
    if not asked.is_ready:
        say("\nThe prediction API did not start: mlops-assets serve says why.", "yellow")
        return None
    found = asked.api.example()
    typer.echo(f"\nPOST /predict {json.dumps(found['row'])}\n{json.dumps(found['answer'])}")
    return found
