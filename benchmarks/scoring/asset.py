"""Materialize one asset of one day: `python -m benchmarks.scoring.asset NAME DAY`."""

import sys

import dagster as dg

from benchmarks.checkout import MODEL
from benchmarks.loop.child import answer
from mlops_assets.cli.runs import QUIET, ModelRuns
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.lake import read_newest
from mlops_assets.platform.settings import Settings


def main() -> None:
    """In this process, as Dagster's own process of a run does; its checks are not run again."""
    name, day = sys.argv[1:]
    settings, key = Settings.from_environment(), dg.AssetKey([MODEL, sys.argv[1]])
    with open_instance(settings) as instance:
        result = (
            ModelRuns(MODEL, instance, settings)
            .job("monitor")
            .execute_in_process(
                instance=instance, asset_selection=[key], partition_key=day, run_config=QUIET
            )
        )
    ended = [it for it in result.all_node_events if it.is_step_success]
    seconds = {it.step_key: it.step_success_data.duration_ms / 1000 for it in ended}
    figures = {"seconds": seconds[f"{MODEL}__{name}"]}
    if name == "predictions":
        scored = read_newest([MODEL, name, day], Predictions)
        figures |= {
            "rows": scored.rows,
            "scoring": scored.seconds_per_1000_rows * scored.rows / 1e3,
        }
    answer(**figures)


if __name__ == "__main__":
    main()
