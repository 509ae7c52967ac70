"""Replay days of a model one after another, without waiting for the clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import dagster as dg
import typer

from mlops_assets.cli.runs import ModelRuns
from mlops_assets.cli.tables import print_row
from mlops_assets.cli.terminal import say
from mlops_assets.client import ModelRegistry
from mlops_assets.data.prediction_log.latency import DayLatency, day_latency
from mlops_assets.monitoring.day_facts import DayFacts
from mlops_assets.platform.dagster.day_metadata import newest_days
from mlops_assets.platform.dagster.overlap import refuse_overlap
from mlops_assets.platform.settings import Settings
from mlops_assets.retraining.day_records import read_day
from mlops_assets.spec.monitoring import AS_OF_TAG, WHY_TAG
from mlops_assets.spec.stage_names import PRODUCTION

WIDTHS = (10, 7, 8, 26, 11)
HEADINGS = ("day", "version", "drift", "worst column", "performance", "what the sensor says")


@dataclass(frozen=True)
class Played:
    """A day of the timeline, for JSON; empty texts are unknown."""

    day: date
    version: str
    drift: str
    worst_column: str
    performance: str
    sensor: str
    requests: int = 0
    retrained: list[dict[str, str]] = field(default_factory=list)


class Replay:
    """Per day: the monitor job, one tick of the model's drift sensor, and the runs it requests."""

    def __init__(self, model: str, instance: dg.DagsterInstance, settings: Settings) -> None:
        self.instance, self.model, self.settings = instance, model, settings
        self.runs = ModelRuns(model, instance, settings)
        self.registry = ModelRegistry(settings).of(self.runs.spec.registered_name)
        self.sensor = self.runs.loaded.resolve_sensor_def(f"{model}_drift_sensor")
        self.cursor: str | None = None
        self.days: list[Played] = []

    def trained_through(self) -> date | None:
        """The newest day that the production version was trained on; None without one."""
        serving = self.registry.at(PRODUCTION)
        return date.fromisoformat(serving.tags["trained_through"]) if serving else None

    def retrain(
        self, day: date, tags: Mapping[str, str] | None = None, *, steps: bool = True
    ) -> None:
        """Retrain as if `day` had just ended."""
        refuse_overlap(self.instance, self.model)
        run_tags = {AS_OF_TAG: str(day), **(tags or {})}
        _require(self.runs.execute("retrain", tags=run_tags, show_steps=steps))

    def play(self, day: date) -> None:
        """Play a day, unless it was played before; on the newest day the sensor ticks again."""
        known = self.was_played(day)
        if not known:
            _require(self.runs.execute("monitor", partition=str(day), show_steps=False))
        old = known and day < self._newest()
        decision, requests = ("(played before)", []) if old else self._tick()
        facts = read_day(self.instance, self.model, day)
        print_day(day, *_cells(facts), decision)
        self.days.append(Played(day, *_cells(facts), decision, self._requests(day)))
        for request in requests:
            before = self.registry.serving().version
            self.retrain(day, request.tags, steps=False)
            after = self.registry.serving().version
            print_day("", "", "", "", "", f"retrained: version {before} → {after} in production")
            self.days[-1].retrained.append({"from": str(before), "to": str(after)})

    def was_played(self, day: date) -> bool:
        """Whether the day was monitored to its end."""
        return read_day(self.instance, self.model, day).performance is not None

    def asked_on(self, day: date) -> DayLatency | None:
        """The requests that the API answered on the day; None without any."""
        return day_latency(self.settings, self.model, day, self.runs.spec.schedule.timezone)

    def _requests(self, day: date) -> int:
        """The number of requests of the day, which are printed."""
        asked = self.asked_on(day)
        if asked is None:
            return 0
        print_day("", "", "", "", "", f"asked over HTTP: {asked.text()}")
        return asked.requests

    def _newest(self) -> date:
        key = dg.AssetKey([self.model, "performance_report"])
        return newest_days(self.instance, key, 1)[-1]

    def _tick(self) -> tuple[str, list[dg.RunRequest]]:
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor)
        context.log.setLevel("CRITICAL")  # it is in the timeline
        tick = self.sensor.evaluate_tick(context)
        self.cursor = tick.cursor
        requests = list(tick.run_requests or ())
        reasons = [f"RETRAIN: {request.tags[WHY_TAG]}" for request in requests]
        return tick.skip_message or ", ".join(reasons), requests


def print_day(*cells: object) -> None:
    """One line of the timeline."""
    *fixed, last = map(str, cells)
    shown = (_clipped(cell, width) for cell, width in zip(fixed, WIDTHS, strict=True))
    print_row([*shown, last], WIDTHS)


def _cells(facts: DayFacts) -> tuple[str, str, str, str]:
    """Version, drift verdict, worst column and performance of a day; empty where unknown."""
    drift, performance = facts.drift, facts.performance
    version, verdict, worst = (
        (drift.version, drift.verdict, drift.worst_change) if drift else ("", "", "")
    )
    return version, verdict, worst, performance.status if performance else ""


def _clipped(cell: str, width: int) -> str:
    return cell if len(cell) <= width else f"{cell[: width - 1]}…"


def _require(succeeded: bool) -> None:
    if not succeeded:
        say("A run failed; the step above says why.", "red", err=True)
        raise typer.Exit(1)
