"""A clone after its demo and a day of golden_record, served by `mlops-assets up`."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlops_assets.platform.demo_days import demo_days
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.clone import clone_project
from mlops_assets_tests.running_up import Up, up

GOLDEN, ROWS, ARRIVALS = "golden_record", "20000", "300"


@contextmanager
def tour() -> Iterator[tuple[Up, dict[str, str]]]:
    """The addresses of the pages, and what the paths of `Shot` have places for."""
    with tempfile.TemporaryDirectory(prefix="tour") as folder:
        checkout = clone_project(Path(folder) / "project")

        def run(*words: str) -> None:
            print("mlops-assets", *words)
            done = checkout.run(*words)
            assert done.returncode == 0, done.stdout + done.stderr

        run("demo")
        days = demo_days(checkout.settings)
        experiment = open_store(checkout.settings).get_experiment_by_name(
            "Heart Disease Prediction"
        )
        assert days
        assert experiment
        places = {
            "drifted": f"{days.drift_since}",
            "yesterday": f"{days.played[-1]}",
            "experiment": experiment.experiment_id,
        }
        run("seed-citizens", "--rows", ROWS)
        run("retrain", GOLDEN)
        run("seed-citizens", "--arrivals", ARRIVALS, "--day", places["yesterday"])
        run("monitor", GOLDEN, "--day", places["yesterday"])
        with up(checkout) as pages:
            yield pages, places
