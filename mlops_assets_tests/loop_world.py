"""A model's loop with its event log filled by hand: days are reported, retrains really run."""

import json
import logging
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import dagster as dg
from pydantic import BaseModel

from mlops_assets.client import ModelRegistry
from mlops_assets.lifecycle import drift_sensor
from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.live_day import LiveFacts
from mlops_assets.monitoring.performance.record import PerformanceFacts
from mlops_assets.platform.dagster.records import as_metadata
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import PRODUCTION
from mlops_assets_tests.world import World, small_table

TRAINED = date(2026, 1, 4)
LETTERS = {"c": "clean", "d": "drift", "i": "inconclusive", "o": "outage"}


def day(number: int) -> date:
    """Day 1 is the first after the training."""
    return TRAINED + timedelta(days=number)


class Lines(logging.Handler):
    """Keeps the messages of a log."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        self.lines.append(record.getMessage())


@dataclass
class LoopWorld:
    """The world's model, its sensor, and what the sensor has said."""

    world: World
    cursor: str | None = None
    requests: list[dg.RunRequest] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    """What the last tick wrote to its log."""

    @property
    def registry(self) -> RegisteredModel:
        """The versions of the model."""
        return ModelRegistry(self.world.settings).of("small")

    @property
    def version(self) -> str:
        """The version that serves."""
        return str(self.registry.at(PRODUCTION).version)

    @property
    def spec(self) -> LifecycleSpec:
        """What its YAML says."""
        return LifecycleSpec.model_validate_json((self.home / "spec.json").read_text())

    @property
    def home(self):
        """Where its state is."""
        return Settings.from_environment().home

    def report(self, letters: str, *, first: int = 1, version: str = "", labels: int = 200) -> None:
        """What the monitor job leaves of a stretch of days, a letter a day.

        Their labels come with a training file that is written again.
        """
        version = version or self.version
        if labels:
            self.world.csv.touch()
        for number, letter in enumerate(letters, first):
            if letter != "-":
                self._report(day(number), LETTERS[letter], version, labels)

    def _report(self, when: date, verdict: str, version: str, labels: int) -> None:
        outage = "day_has_rows: 0 rows" if verdict == "outage" else None
        live = LiveFacts(dataset_version=str(when), rows=500, outage=outage)
        self.materialize("live_data", when, live)
        if verdict == "outage":
            return
        self.drift(when, verdict, version)
        self.performance(when, "unknown", version=version, labels=labels)

    def drift(self, when: date, verdict: str, version: str) -> None:
        """What drift_report leaves of a day."""
        needed = "40 rows, 120 needed" if verdict == "inconclusive" else ""
        facts = {"version": version, "verdict": verdict, "summary": verdict}
        drift = DriftFacts.model_validate({**facts, "inconclusive_because": needed})
        self.materialize("drift_report", when, drift)

    def performance(self, when: date, status: str, *, version: str = "", labels: int = 200) -> None:
        """What performance_report leaves of a day."""
        facts = {"status": status, "learnable_rows": labels, "summary": status}
        facts["version"] = version or self.version
        self.materialize("performance_report", when, PerformanceFacts.model_validate(facts))

    def materialize(
        self, asset: str, when: date, record: BaseModel | None = None, **panel: Any
    ) -> None:
        """An event of Dagster's log, with a record or without, and what people see."""
        key = dg.AssetKey(["small", asset])
        metadata = {**panel, **(as_metadata(record) if record else {})}
        event = dg.AssetMaterialization(key, partition=str(when), metadata=metadata)
        self.world.instance.report_runless_asset_event(event)

    def tick(self) -> str:
        """One evaluation of the real sensor: what it says; a request is kept, not executed."""
        (sensor,) = drift_sensor.build(self.spec)
        context = dg.build_sensor_context(instance=self.world.instance, cursor=self.cursor)
        context.log.addHandler(handler := Lines())
        tick = sensor.evaluate_tick(context)
        self.cursor = tick.cursor
        self.requests += tick.run_requests or []
        self.logged = handler.lines
        return tick.skip_message or "retrain"

    def answer(self) -> bool:
        """Execute the request that was made last; whether the run succeeded."""
        request = self.requests[-1]
        return self.world.retrain_tagged(**request.tags).success

    def drift_and_answer(self) -> None:
        """Days of drift and the retrain that they lead to; or a copy of those of another test."""
        remembered = self.home / "loop.json"

        def live() -> None:
            self.report("cdd")
            assert self.tick() == "retrain"
            small_table(440).to_csv(self.world.csv, index=False)
            assert self.answer()
            remembered.write_text(json.dumps([self.cursor, *map(_as_json, self.requests)]))

        self.world.kept.fill(self.home, f"answered drift {json.dumps(self.world.spec)}", live)
        self.cursor, *requests = json.loads(remembered.read_text())
        self.requests = [dg.RunRequest(**request) for request in requests]

    def retrains(self) -> int:
        """How many different retrains were asked for: Dagster starts one for each run key."""
        return len({request.run_key for request in self.requests})


def _as_json(request: dg.RunRequest) -> dict:
    return {"run_key": request.run_key, "tags": dict(request.tags)}
