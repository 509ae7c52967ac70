"""Measure ticks of one model's sensor in a fresh home."""

from __future__ import annotations

import statistics
from datetime import date, timedelta

import dagster as dg

from benchmarks.loop.child import answer, timed
from mlops_assets.cli.replay import Replay
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.settings import Settings
from mlops_assets.retraining.reading import JUDGED

MODEL, TRAINED, DAYS, TICKS = "heart_disease", date(2026, 1, 5), 30, 50


def main() -> None:
    """Prepare the model, ask its sensor, and print the medians."""
    settings = Settings.from_environment()
    with open_instance(settings) as instance:
        replay = Replay(MODEL, instance, settings)
        replay.retrain(TRAINED, steps=False)
        replay.runs.execute("monitor", partition=str(TRAINED + timedelta(days=1)), show_steps=False)
        for asset in JUDGED:
            _repeat(instance, asset)
        cursor = replay.sensor.evaluate_tick(_context(instance, None)).cursor
        answer(
            quiet_ms=_median_ms(replay, instance, cursor),
            busy_ms=_median_ms(replay, instance, None),
        )


def _repeat(instance: dg.DagsterInstance, asset: str) -> None:
    """Repeat the day's report for the following days."""
    event = instance.get_latest_materialization_event(dg.AssetKey([MODEL, asset]))
    made = event.asset_materialization if event else None
    if made is None:
        raise RuntimeError(f"{asset} was not materialized")
    for after in range(2, DAYS + 1):
        day = str(TRAINED + timedelta(days=after))
        instance.report_runless_asset_event(made._replace(partition=day))


def _median_ms(replay: Replay, instance: dg.DagsterInstance, cursor: str | None) -> float:
    ticks = [
        timed(lambda: replay.sensor.evaluate_tick(_context(instance, cursor)))[0]
        for _ in range(TICKS)
    ]
    return 1000 * statistics.median(ticks)


def _context(instance: dg.DagsterInstance, cursor: str | None) -> dg.SensorEvaluationContext:
    return dg.build_sensor_context(instance=instance, cursor=cursor)


if __name__ == "__main__":
    main()
