"""A model's loop with its event log filled by hand: days are reported, retrains really run."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta

import dagster as dg

from mlops_assets.lifecycle import drift_sensor
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


@dataclass
class LoopWorld:
    """The world's model, its sensor, and what the sensor has said."""

    world: World
    cursor: str | None = None
    requests: list[dg.RunRequest] = field(default_factory=list)

    @property
    def registry(self) -> RegisteredModel:
        """The versions of the model."""
        return RegisteredModel(self.world.client, "small")

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
        """What the monitor job leaves of a stretch of days, a letter a day."""
        for number, letter in enumerate(letters, first):
            if letter != "-":
                self._report(day(number), LETTERS[letter], version or self.version, labels)

    def _report(self, when: date, verdict: str, version: str, labels: int) -> None:
        outage = "day_has_rows: 0 rows" if verdict == "outage" else "none"
        self.materialize("live_data", when, outage=outage, rows=500)
        if verdict == "outage":
            return
        summary = "inconclusive: 40 rows, 120 needed" if verdict == "inconclusive" else verdict
        self.materialize("drift_report", when, version=version, verdict=verdict, summary=summary)
        self.performance(when, "ok", version=version, labels=labels)

    def performance(self, when: date, status: str, *, version: str = "", labels: int = 200) -> None:
        """What performance_report leaves of a day."""
        facts = {"performance": status, "learnable_rows": labels, "summary": status}
        self.materialize("performance_report", when, version=version or self.version, **facts)

    def materialize(self, asset: str, when: date, **facts) -> None:
        """An event of Dagster's log."""
        key = dg.AssetKey(["small", asset])
        event = dg.AssetMaterialization(key, partition=str(when), metadata=facts)
        self.world.instance.report_runless_asset_event(event)

    def tick(self) -> str:
        """One evaluation of the real sensor: what it says; a request is kept, not executed."""
        (sensor,) = drift_sensor.build(self.spec)
        context = dg.build_sensor_context(instance=self.world.instance, cursor=self.cursor)
        tick = sensor.evaluate_tick(context)
        self.cursor = tick.cursor
        self.requests += tick.run_requests or []
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
