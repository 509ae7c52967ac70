"""Kill a change of a stage before and after each single write, recover, and look what is left.

A write is a row of the ledger, a tag or an alias. At every point a process of its own begins the
change and kills itself with SIGKILL; another one then recovers. With --twice the recovery is
killed as well, at each of its own writes, and a third process recovers. With --no-recovery nobody
does: it shows what would be left.

Example:
  python -m mlops_assets_tests.faults.kill_points --actions promote,rollback --twice
"""

import argparse
import gc
import json
import os
import pickle
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import sqlalchemy as sa
from mlflow.entities.model_registry import ModelVersion

from mlops_assets.client import ModelRegistry
from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.table_profile import TableProfile
from mlops_assets.monitoring.input_schema import InputSchema
from mlops_assets.monitoring.version_reference import (
    KeptReference,
    VersionReference,
    load_version_reference,
    save_version_reference,
)
from mlops_assets.platform.home_folder import mark
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.mlflow.version_tags import plain_name
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Entry, Ledger, Writer
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.retraining.reading import read_loop_state
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import StageNames
from mlops_assets_tests.migrations import remember_migrations
from mlops_assets_tests.versions import DAY, GATES, evaluated, promoted, registered, verdict_of
from mlops_assets_tests.world import SMALL

MLFLOW_WRITES = (
    "set_model_version_tag",
    "delete_model_version_tag",
    "set_registered_model_alias",
    "delete_registered_model_alias",
    "set_registered_model_tag",
    "delete_model_version",
)
SINCE = date(2026, 2, 1)
Act = Callable[[RegisteredModel], Any]


def _stage(model: RegisteredModel) -> None:
    model.judge("4", verdict_of(model.version("4").tags["model_id"]))


ACTIONS: dict[str, Act] = {
    "stage": _stage,
    "promote": lambda model: model.promote("3", why="better", gates=GATES, since=SINCE),
    "force": lambda model: model.promote("4", why="now", gates=GATES, since=SINCE, force=True),
    "reject": lambda model: model.reject("3", reason="leaks the target"),
    "archive": lambda model: model.archive("3", reason="not needed"),
    "rollback": lambda model: model.rollback(reason="worse", since=SINCE),
    "delete": lambda model: model.delete("1", reason="asked for"),
    "rename": lambda model: model.use_stage_names(StageNames(staging="candidate")),
}


@dataclass(frozen=True)
class Point:
    """Where a process kills itself: before (`after` False) or after its n-th write, from 1."""

    write: int = 0
    after: bool = False


@dataclass
class Outcome:
    """What came of one action: the points tried, and those that ended inconsistent."""

    action: str
    writes: int
    points: int = 0
    inconsistent: list[str] = field(default_factory=list)


@dataclass
class State:
    """A home folder and a ledger that are copied for every point."""

    folder: Path
    ledger: str  # URL; the file for SQLite, a database for PostgreSQL
    copies: int = 0

    @property
    def settings(self) -> Settings:
        """The settings that lead there."""
        return Settings.from_environment(
            {"MLOPS_ASSETS_HOME": str(self.folder), "LEDGER_URL": self.ledger}
        )

    def copy(self) -> "State":
        """The same state somewhere else."""
        self.copies += 1
        folder = self.folder.with_name(f"{self.folder.name}-{self.copies}")
        copied(self.folder, folder)
        url = sa.make_url(self.ledger)
        if url.get_backend_name() == "sqlite":
            return State(folder, f"sqlite:///{folder / 'ledger.db'}")
        return State(folder, create_database(url, folder.name, template=str(url.database)))

    def remove(self) -> None:
        """Remove the folder; a database stays until its server ends."""
        shutil.rmtree(self.folder)


def copied(folder: Path, new: Path) -> None:
    """Copy a home that may go on reading artifacts of the first."""
    shutil.copytree(folder, new)
    mark(new, new)


def create_database(server: sa.URL, name: str, template: str = "template1") -> str:
    """The URL of a new database on that PostgreSQL server."""
    name = name.replace("-", "_").lower()
    admin = server.set(drivername="postgresql+psycopg", database="postgres")
    engine = sa.create_engine(admin, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    return server.set(database=name).render_as_string(hide_password=False)


class Deadly:
    """Counts the writes of this process, and kills it at one of them."""

    def __init__(self, point: Point) -> None:
        self.point, self.count = point, 0

    def around(self, write: Callable[..., Any]) -> Callable[..., Any]:
        """`write`, counted."""

        def counted(*args: Any, **options: Any) -> Any:
            self.count += 1
            self._maybe_die(after=False)
            result = write(*args, **options)
            self._maybe_die(after=True)
            return result

        return counted

    def _maybe_die(self, *, after: bool) -> None:
        if self.point == Point(self.count, after):
            os.kill(os.getpid(), signal.SIGKILL)


def in_child(work: Callable[[], Any]) -> Any:
    """What `work` returns in a process of its own; None where that process was killed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(work(), pipe)
            pipe.flush()
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return None
    if status or not said:
        raise RuntimeError(f"a child ended with status {status}")
    return pickle.loads(said)  # noqa: S301 (written by our own child)


def act(state: State, action: Act, point: Point) -> int | None:
    """Do the action in a child that dies at `point`; how many writes it made if it lived."""

    def work() -> int:
        deadly, client = Deadly(point), open_store(state.settings)
        for name in MLFLOW_WRITES:
            setattr(client, name, deadly.around(getattr(client, name)))
        Writer.append = deadly.around(Writer.append)
        action(RegisteredModel(client, "small", Ledger(state.ledger), actor="anna"))
        return deadly.count

    return in_child(work)


def prepare(state: State) -> None:
    """Version 1 archived, 2 in production, 3 staged, 4 not judged yet."""
    client = open_store(state.settings)
    experiment_id(client, "small", state.settings)  # its artifacts lie in the home
    model = RegisteredModel(client, "small", Ledger(state.ledger), "anna")
    promoted(model, "f1", "f2")
    registered(model, "f3")
    trained = evaluated(model, "f4").trained_model
    model.create_version(
        trained.model_id, run_id=trained.run_id, tags={"model_id": trained.model_id}
    )
    for version in model.versions():
        keep_reference(model, version)


def keep_reference(model: RegisteredModel, version: ModelVersion) -> None:
    """A drift reference that can be told from those of the others: it has as many rows."""
    data = TableProfile(columns=Columns(), rows=int(version.version), profiles={})
    reference = VersionReference(data=data, predictions=data, target=None)
    kept = KeptReference(reference, pd.DataFrame(), InputSchema(fields=()))
    save_version_reference(model.client, model_id_of(version), kept)


def reference_of(model: RegisteredModel) -> str:
    """The version whose reference the next day is held against."""
    return str(load_version_reference(model.client, model_id_of(model.serving())).data.rows)


def since_by(change: Entry) -> date:
    """The day from which what serves is judged: the one that its change was given."""
    return DAY if (change.action, change.version) == ("promote", "2") else SINCE


def observe(state: State, *, recovers: bool = True) -> dict[str, Any]:
    """Aliases, tags, ledger and drift reference after recovery, in a new process."""
    settings = state.settings
    client = open_store(settings)
    model = RegisteredModel(client, "small", Ledger(state.ledger))
    if recovers:
        model = ModelRegistry(settings).of("small")
    snapshot = model.snapshot(*(number for number in "1234" if model.find(number)))
    served = model.ledger.served("small")[0]
    source = {"type": "csv", "path": "table.csv"}
    spec = LifecycleSpec.model_validate({**SMALL, "source": source})
    report = read_loop_state(no_runs(), model, spec)
    # The time of staging differs from one process to another.
    tags = {
        number: {k: v if plain_name(k) != "staged_at" else "some time" for k, v in its.items()}
        for number, its in snapshot.tags.items()
    }
    return {
        "registry": (snapshot.aliases, tags),
        "rows": [(row.action, row.kind) for row in reversed(model.history())],
        "unfinished": len(model.ledger.unfinished()),
        "serves": {
            "alias": snapshot.aliases["production"],
            "ledger": served.serving,
            "reference": reference_of(model),
            "tag": [n for n, its in tags.items() if its["stage"] == "production"],
        },
        "since": (str(report.in_production_since), str(since_by(served))),
    }


@cache
def no_runs() -> dg.DagsterInstance:
    """A Dagster, in memory, that has never run anything."""
    return dg.DagsterInstance.ephemeral()


def problems(found: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What does not agree in `found`, which must be all of `before` or all of `after`."""
    told = []
    if found["unfinished"]:
        told.append("a change is unfinished")
    serves = found["serves"]
    if [serves["alias"]] != serves["tag"] or len(
        {serves[k] for k in ("alias", "ledger", "reference")}
    ) > 1:
        told.append(f"who serves: {serves}")
    if len(set(found["since"])) > 1:
        told.append(f"in production since: {found['since']}")
    wanted = before if found["rows"] == before["rows"] else after
    if found["rows"] != wanted["rows"]:
        told.append(f"ledger: {found['rows'][len(before['rows']) :]}")
    if found["registry"] != wanted["registry"]:
        told.append(f"registry: {found['registry']}")
    return told


def copy_of_a_store(warm: Path, base: State) -> None:
    """Give `base` an empty store; this has loaded all that children would load again."""
    remember_migrations()
    practice = State(warm, f"sqlite:///{warm}/ledger.db")
    open_store(practice.settings)
    copied(warm, base.folder)
    prepare(practice)
    observe(practice)
    gc.freeze()  # no child need look through all this for what to collect


def recover(model: RegisteredModel) -> None:
    """What every process does before it acts."""
    model.recover()


def points_of(writes: int) -> Iterator[Point]:
    """Before and after each write."""
    for number in range(1, writes + 1):
        yield Point(number, after=False)
        yield Point(number, after=True)


def try_action(base: State, name: str, *, twice: bool, recovers: bool) -> Outcome:
    """Kill the action at each of its points; with `twice`, also each recovery at its own."""
    before, complete = in_child(lambda: observe(base)), base.copy()
    writes = act(complete, ACTIONS[name], Point())
    after = in_child(lambda: observe(complete))
    complete.remove()
    outcome = Outcome(name, writes)
    for point in points_of(writes):
        killed = base.copy()
        if act(killed, ACTIONS[name], point) is not None:
            raise RuntimeError(f"{name} was not killed at {point}")
        for second in _seconds(killed) if twice else [Point()]:
            again = killed.copy() if twice else killed
            if second.write:
                act(again, recover, second)
            outcome.points += 1
            if told := problems(
                in_child(lambda again=again: observe(again, recovers=recovers)), before, after
            ):
                outcome.inconsistent.append(f"{point} then {second}: {'; '.join(told)}")
            if twice:
                again.remove()
        killed.remove()
    return outcome


def _seconds(killed: State) -> list[Point]:
    """Points at which the recovery is killed as well; the first lets it live."""
    probe = killed.copy()
    writes = act(probe, recover, Point())
    probe.remove()
    return [Point(), *points_of(writes)]


def main() -> None:
    """Try the actions and print a line for each; exit code 1 where one ended inconsistent."""
    parser = argparse.ArgumentParser(
        prog="python -m mlops_assets_tests.faults.kill_points",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--actions", default=",".join(ACTIONS), help="such as promote,rollback")
    parser.add_argument("--ledger", default="", help="a PostgreSQL server for the ledger")
    parser.add_argument("--twice", action="store_true", help="kill the recovery as well")
    parser.add_argument("--no-recovery", action="store_true", help="let nobody recover")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kill") as folder:
        base = State(Path(folder) / "base", f"sqlite:///{folder}/base/ledger.db")
        copy_of_a_store(Path(folder) / "warm", base)
        if given.ledger:
            name = f"kill_{os.getpid()}"
            base.ledger = create_database(sa.make_url(given.ledger), name)
        in_child(lambda: prepare(base) or True)
        outcomes = []
        for name in given.actions.split(","):
            outcomes.append(
                try_action(base, name, twice=given.twice, recovers=not given.no_recovery)
            )
            print(json.dumps(vars(outcomes[-1])), flush=True)
    sys.exit(any(outcome.inconsistent for outcome in outcomes))


if __name__ == "__main__":
    main()
