"""Homes with made-up models: real records in Dagster's event log, real versions in MLflow."""

import math
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
from dagster._core.events import DagsterEvent, StepMaterializationData
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    SensorInstigatorData,
)
from pydantic import BaseModel

from mlops_assets.evaluation.records import Evaluation
from mlops_assets.monitoring.day_facts import QueueSummary
from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.live_day import LiveFacts
from mlops_assets.monitoring.performance.record import MonitoredMetric, PerformanceFacts
from mlops_assets.platform.dagster.records import as_metadata
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import PACKAGE_PARENT, Settings
from mlops_assets.registry.ledger import open_ledger
from mlops_assets.registry.records import ProductionVersion, RegisteredVersion
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.retraining.state import State
from mlops_assets.spec.monitoring import AS_OF_TAG, WHY_TAG
from mlops_assets.tasks.metrics.metric import Metric
from mlops_assets_tests.versions import GATES, evaluated

LAST = date(2026, 6, 30)
SHARED = "11111111-1111-1111-1111-111111111111"
VERDICTS = {"c": "clean", "d": "drift", "i": "inconclusive", "o": "outage"}


@dataclass
class Home:
    """A home with an instance; `make` puts models into it."""

    settings: Settings
    instance: dg.DagsterInstance
    runs: int = 0
    defs: list[tuple[str, str]] = field(default_factory=list)

    def in_defs(self, name: str, registered: str = "", zone: str = "") -> None:
        """Write the part of a defs.yaml that names a model."""
        folder = self.settings.defs / name
        folder.mkdir(parents=True)
        named = f"  registered_name: {registered}\n" if registered else ""
        named += f"  schedule: {{timezone: {zone}}}\n" if zone else ""
        text = f"attributes:\n  name: {name}\n{named}  model: {{type: sklearn}}\n"
        (folder / "defs.yaml").write_text(text)

    def registry(self, registered: str) -> RegisteredModel:
        """A model in the registry."""
        ledger = open_ledger(self.settings.ledger_url)
        actor = f"anna, Dagster run {self.runs + 1:08x}"
        return RegisteredModel(open_store(self.settings), registered, ledger, actor)

    def version(self, registered: str, value: float, *, metric: str = "roc_auc") -> str:
        """A new staged version."""
        model = self.registry(registered)
        made = evaluated(model, f"{registered}{value}{time.monotonic_ns()}")
        metrics = {metric: Metric(value=value, low=value - 0.018, high=value + 0.017, support=900)}
        made = Evaluation(**{**dict(made), "metrics": metrics})
        return str(model.register(made, description="card", trained_through=LAST).version)

    def promote(self, registered: str, version: str, since: date, why: str = "its gates passed"):
        """Let a version serve."""
        self.registry(registered).promote(version, why=why, gates=GATES, since=since)

    def days(self, name: str, verdicts: str, **more) -> None:
        """Record days; see `day_records`."""
        for asset, day, record in day_records(name, verdicts, **more):
            self.record(name, asset, record, day)

    def record(
        self,
        name: str,
        asset: str,
        record: BaseModel,
        day: str | None = None,
        run: str = SHARED,
    ) -> None:
        """A materialization with its record."""
        self.materialize(name, materialization(name, asset, record, day), run)

    def materialize(self, name: str, event: dg.AssetMaterialization, run: str) -> None:
        """An event as a run writes it."""
        self.instance.event_log_storage.store_event(entry(name, event, run))

    def retrain(
        self,
        name: str,
        day: date | None,
        *,
        registered: tuple[str, str] | None = None,
        production: tuple[str | None, str | None] = (None, None),
        failed: bool = False,
        why: str = "",
    ) -> str:
        """A run of the retrain job: the version with its stage, and who serves before and after."""
        self.runs += 1
        run_id = f"{self.runs:08x}-0000-0000-0000-000000000000"
        tags = {"model": name} | ({AS_OF_TAG: str(day)} if day else {})
        tags |= {WHY_TAG: why} if why else {}
        status = dg.DagsterRunStatus.FAILURE if failed else dg.DagsterRunStatus.SUCCESS
        run = dg.DagsterRun(f"{name}_retrain", run_id, status=status, tags=tags)
        self.instance.run_storage.add_run(run)
        raw = dg.AssetMaterialization(dg.AssetKey([name, "raw_data"]))
        self.materialize(name, raw, run_id)
        if registered:
            number, stage = registered
            facts = RegisteredVersion(
                name=name,
                version=number,
                stage=stage,
                passed=stage != "rejected",
                is_new=True,
                staged_at=None,
                dataset_version="d",
            )
            self.record(name, "registered_version", facts, run=run_id)
            before, after = production
            waits = number if stage == "staging" and after != number else None
            served = ProductionVersion(
                name=name, version=after, previous=before, waiting=waits, why="", dataset_version=""
            )
            self.record(name, "production_version", served, run=run_id)
        return run_id

    def queue(self, name: str, items: int) -> None:
        """Cases that wait for a review."""
        self.record(
            name, "review_queue", QueueSummary(summary=f"{items} items", items=items), "2026-06-30"
        )

    def sensor(self, name: str, status: str, said: str, *, stopped: bool = False, **more) -> None:
        """What the drift sensor decided at its last tick."""
        state = State.model_validate(
            {"status": status, "said": said, "since": datetime(2026, 6, 30, 6, tzinfo=UTC), **more}
        )
        origin = RemoteInstigatorOrigin(
            RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("mlops_assets"), "__repository__"),
            f"{name}_drift_sensor",
        )
        on = InstigatorStatus.STOPPED if stopped else InstigatorStatus.RUNNING
        data = SensorInstigatorData(last_tick_timestamp=time.time(), cursor=state.model_dump_json())
        self.instance.add_instigator_state(InstigatorState(origin, InstigatorType.SENSOR, on, data))


def materialization(
    name: str, asset: str, record: BaseModel, day: str | None, **shown
) -> dg.AssetMaterialization:
    """A materialization with its record, and what it shows."""
    metadata = {**as_metadata(record), **shown}
    return dg.AssetMaterialization(dg.AssetKey([name, asset]), metadata=metadata, partition=day)


def entry(name: str, event: dg.AssetMaterialization, run: str = SHARED) -> dg.EventLogEntry:
    """A materialization in the event log."""
    made = DagsterEvent(
        event_type_value=dg.DagsterEventType.ASSET_MATERIALIZATION.value,
        job_name=f"{name}_retrain",
        event_specific_data=StepMaterializationData(event),
    )
    return dg.EventLogEntry(
        error_info=None,
        level=20,
        user_message="",
        run_id=run,
        timestamp=time.time(),
        job_name=f"{name}_retrain",
        dagster_event=made,
    )


def day_records(
    name: str,
    verdicts: str,
    *,
    version: str = "1",
    last: date = LAST,
    metric: str | None = "roc_auc",
    level: float = 0.9,
    dropped: Iterable[int] = (),
) -> Iterator[tuple[str, str, BaseModel]]:
    """A letter per day, the newest at the end: clean, drift, inconclusive, outage or none."""
    first = last - timedelta(days=len(verdicts) - 1)
    for at, letter in enumerate(verdicts):
        day, verdict = str(first + timedelta(days=at)), VERDICTS.get(letter)
        if verdict is None:
            continue
        outage = "day_has_rows: 0 rows" if verdict == "outage" else None
        live = LiveFacts(dataset_version="d", rows=0 if outage else 400, outage=outage)
        yield "live_data", day, live
        if outage:
            continue
        drift = DriftFacts(
            version=version,
            verdict=verdict,  # type: ignore[arg-type]
            summary=verdict,
            inconclusive_because="40 rows, 120 needed" if letter == "i" else "",
            worst_change="income mean 41.2 → 47.9" if letter == "d" else "",
        )
        yield "drift_report", day, drift
        if metric:
            value = level + 0.012 * math.sin(at * 1.7 + len(name)) - 0.07 * (at in dropped)
            low, high, bound = value - 0.02, value + 0.02, level - 0.05
            known = MonitoredMetric(name=metric, value=value, low=low, high=high, bound=bound)
            status = "dropped" if at in dropped else "ok"
            facts = PerformanceFacts(
                version=version, status=status, summary=status, learnable_rows=0, metric=known
            )
            yield "performance_report", day, facts


def project(folder: Path, settings: Settings) -> Settings:
    """The settings of a project without models, in `folder`."""
    (folder / "mlops_assets" / "defs").mkdir(parents=True)
    shutil.copy(PACKAGE_PARENT / "dagster.yaml", folder / "dagster.yaml")
    return settings.model_copy(update={"project_root": folder})


def story(home: Home) -> None:
    """Ten models, each with something of its own to show."""
    ago = [LAST - timedelta(days=days) for days in range(60)]
    _serving(home, "churn", 0.912, 4)
    home.days("churn", "c" * 45, version="4", level=0.91)
    home.sensor("churn", "stable", "clean on 2026-06-30")

    _serving(home, "fraud", 0.943, 2)
    home.days("fraud", "c" * 35 + "dcddd" + "cddd"[:2] + "ddd", version="2", level=0.94)
    home.retrain(
        "fraud",
        ago[3],
        registered=("3", "rejected"),
        production=("2", "2"),
        why="drift on 2026-06-25, 2026-06-26: attempt 1 of episode 2026-06-22",
    )
    said = "the retrain was rejected by its gates; the next one waits for 200 new labelled rows"
    home.sensor("fraud", "latched", said, episode=ago[9], attempt=1, alerted="latched/2/x")

    registered = "heart-disease-model"
    home.in_defs("heart_disease", registered)
    for number, day, before in ((1, ago[44], None), (2, ago[12], "1")):
        version = home.version(registered, 0.895 + number / 100)
        run = home.retrain(
            "heart_disease",
            day,
            registered=(version, "staging"),
            production=(before, version),
            why=""
            if number == 1
            else "drift on 2026-06-17, 2026-06-18: attempt 1 of episode 2026-06-17",
        )
        home.registry(registered)
        home.promote(registered, version, day, f"its gates passed (run {run[:8]})")
    home.days("heart_disease", "c" * 30 + "dd", version="1", last=ago[12], level=0.9)
    home.days("heart_disease", "c" * 12, version="2", level=0.915)
    home.sensor("heart_disease", "stable", "clean on 2026-06-30")

    _serving(home, "demand", 0.873, 3, metric="r2")
    home.days(
        "demand", "c" * 26 + "cccc", version="3", metric="r2", level=0.87, dropped=(26, 27, 28, 29)
    )
    said = "performance dropped, but no new labelled rows since version 3 was trained"
    home.sensor("demand", "suspect", said, episode=ago[3], alerted="no_new_labels/3/")

    _serving(home, "pricing", 0.861, 2, metric="r2")
    waiting = home.version("pricing", 0.884, metric="r2")
    home.retrain("pricing", ago[1], registered=(waiting, "staging"), production=("2", "2"))
    home.days("pricing", "c" * 28 + "cd", version="2", metric="r2", level=0.86)
    home.sensor("pricing", "suspect", "suspect 1 of 2", episode=ago[0])

    _serving(home, "delivery_time", 0.802, 2, metric="r2")
    home.days("delivery_time", "c" * 20 + "ooo" + "c" * 7, version="2", metric="r2", level=0.8)
    home.retrain("delivery_time", ago[0], failed=True)
    home.sensor("delivery_time", "stable", "clean on 2026-06-30")

    _serving(home, "support_topics", 0.788, 1, metric="f1")
    home.days("support_topics", "ciiciicciiiciicciiiiciiccciiic", metric="f1", level=0.78)
    said = "inconclusive: 40 rows, 120 needed"
    home.sensor("support_topics", "stable", said)

    _serving(home, "golden_record", 0.981, 1, metric="f1")
    home.days("golden_record", "c" * 18 + "d" + "c" * 11, metric=None)
    home.queue("golden_record", 26)
    home.sensor("golden_record", "cooling_down", "cooling down until 2026-07-02")

    _serving(home, "legacy_scoring", 0.744, 1, in_defs=False)
    home.in_defs("loan_default")


def _serving(
    home: Home, name: str, value: float, versions: int, *, metric: str = "roc_auc", in_defs=True
) -> None:
    """A model whose last version serves, after the ones before it."""
    if in_defs:
        home.in_defs(name)
    for number in range(1, versions + 1):
        since = LAST - timedelta(days=14 * (versions - number) + 30)
        version = home.version(name, value - 0.008 * (versions - number), metric=metric)
        home.promote(name, version, since)
        before = str(number - 1) if number > 1 else None
        home.retrain(name, since, registered=(version, "staging"), production=(before, version))


def many(home: Home, count: int, days: int, *, first: int = 0) -> None:
    """`count` models alike, with `days` days each."""
    for number in range(first, first + count):
        name = f"model_{number:03d}"
        home.in_defs(name)
        home.version(name, 0.9)
        home.promote(name, "1", LAST - timedelta(days=days))
        home.retrain(name, LAST, registered=("1", "staging"), production=(None, "1"))
        home.sensor(name, "suspect", "suspect 1 of 2")
        home.days(name, "c" * (days - 1) + "d")
