"""`mlops-assets`: the command line of the project."""

import atexit
import gc
import sys

import typer

from mlops_assets.cli.acknowledge import acknowledge
from mlops_assets.cli.adopt import adopt
from mlops_assets.cli.backtest import backtest
from mlops_assets.cli.backup import backup, restore
from mlops_assets.cli.compare import compare
from mlops_assets.cli.demo import demo
from mlops_assets.cli.doctor import doctor
from mlops_assets.cli.drill import drill
from mlops_assets.cli.evaluate import evaluate
from mlops_assets.cli.experiment import experiment
from mlops_assets.cli.explain import explain
from mlops_assets.cli.history import history
from mlops_assets.cli.init import init
from mlops_assets.cli.labels import labels
from mlops_assets.cli.models import models
from mlops_assets.cli.monitor import monitor
from mlops_assets.cli.new import new
from mlops_assets.cli.overview import overview
from mlops_assets.cli.pipeline import pipeline
from mlops_assets.cli.policies import policies, variant
from mlops_assets.cli.prune import prune
from mlops_assets.cli.reproduce import reproduce
from mlops_assets.cli.retrain import retrain
from mlops_assets.cli.review import review
from mlops_assets.cli.seed_citizens import seed_citizens
from mlops_assets.cli.serve import serve
from mlops_assets.cli.stages import archive, delete, promote, reject, rollback
from mlops_assets.cli.stopping import stoppable
from mlops_assets.cli.terminal import say
from mlops_assets.cli.ui_user import ui_user
from mlops_assets.cli.up import up
from mlops_assets.cli.upgrade import upgrade
from mlops_assets.cli.versions import versions
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.store_failures import store_failure

EXIT_CODES = (
    "Exit codes: 0 success; 1 a run failed, a store is unhealthy, a version was not reproduced or "
    "does not pass its gates; 2 refused, or invalid input: the message says what to do; 130 "
    "stopped by Ctrl-C. With --json, stdout is one JSON document; progress and errors are text on "
    "stderr."
)
app = typer.Typer(
    name="mlops-assets",
    help="One YAML file gives a model its whole life: a Dagster asset graph over MLflow.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    pretty_exceptions_enable=False,
)
PANELS = {
    "A model": (
        new,
        retrain,
        pipeline,
        monitor,
        explain,
        drill,
        backtest,
        acknowledge,
        demo,
        up,
        serve,
        labels,
        experiment,
        overview,
    ),
    "Its versions": (
        models,
        versions,
        history,
        compare,
        evaluate,
        review,
        promote,
        reject,
        archive,
        delete,
        rollback,
        reproduce,
        policies,
        variant,
    ),
    "Operations": (
        init,
        seed_citizens,
        doctor,
        backup,
        restore,
        adopt,
        upgrade,
        prune,
        ui_user,
    ),
}
for panel, commands in PANELS.items():
    for command in commands:
        app.command(rich_help_panel=panel, epilog=EXIT_CODES)(stoppable(command))


def main() -> None:
    """Run the command line. Exit code 2 means invalid input, 1 a failed run."""
    # A retrain makes millions of objects that live until it ends. Collecting garbage among them
    # repeatedly, and at exit, takes seconds.
    gc.set_threshold(100_000, 50, 100)
    atexit.register(lambda: "duckdb" in sys.modules or gc.freeze())
    try:
        app()
    except Exception as error:
        invalid = isinstance(error, InputError)  # perhaps of the settings themselves
        told = error if invalid else store_failure(error, Settings.from_environment())
        if told is None:
            raise
        say(f"Error: {told}", "red", err=True)
        raise SystemExit(2) from None
