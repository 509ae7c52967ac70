"""Play every policy over the same days, side by side, and go on where an earlier run stopped."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple, cast

from pydantic import ValidationError

from mlops_assets.data.input_digest import input_digest
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings
from mlops_assets.retraining.backtest.history import History
from mlops_assets.retraining.backtest.player import Player
from mlops_assets.retraining.backtest.policies import TriedPolicy
from mlops_assets.retraining.backtest.records import PlayedDay
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

POLL_SECONDS = 0.5


class Task(NamedTuple):
    """One policy to play over the days from `first` to `last`, kept in `file`, a line a day."""

    spec: LifecycleSpec
    settings: Settings
    tried: TriedPolicy
    metric: str
    first: date
    last: date
    file: Path

    @property
    def days(self) -> list[date]:
        """All days, whether they have rows or not."""
        return [self.first + timedelta(days=at) for at in range((self.last - self.first).days + 1)]


def play(task: Task, history: History | None = None) -> None:
    """Play the days that `file` does not have yet, and append each when it is over.

    With one thread: a few rows a day are predicted faster so, and the policies share the cores.
    """
    import sklearn.ensemble  # noqa: F401 - only libraries that are loaded can be limited
    from threadpoolctl import threadpool_limits

    history = history or History(task.spec, task.settings)
    played = read(task.file)[: len(task.days)]
    player = Player(history, task.tried, task.metric, task.settings, task.first)
    player.resume(played)
    with threadpool_limits(1), task.file.open("a", encoding="utf-8") as file:
        for day in player.play(task.days[len(played) :]):
            file.write(f"{day.model_dump_json()}\n")
            file.flush()


def play_all(
    tasks: Sequence[Task], workers: int, progress: Callable[[Mapping[str, int]], None]
) -> dict[str, list[PlayedDay]]:
    """Play all policies in as many processes; `progress` gets the days played by each so far.

    Raises `InputError` like `Player`.
    """
    from concurrent.futures import ProcessPoolExecutor, wait
    from multiprocessing import get_context

    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_play_sent, _sent(task)) for task in tasks]
        while wait(futures, POLL_SECONDS).not_done:
            progress({task.tried.name: lines(task.file) for task in tasks})
        for future in futures:
            future.result()
    return {task.tried.name: read(task.file)[: len(task.days)] for task in tasks}


def _sent(task: Task) -> tuple[str, Task]:
    """A task for another process: a spec is read again there, for tasks and kinds are objects."""
    return task.spec.model_dump_json(exclude_unset=True), task._replace(
        spec=cast("LifecycleSpec", None)
    )


def _play_sent(sent: tuple[str, Task]) -> None:
    spec, task = sent
    play(task._replace(spec=LifecycleSpec.model_validate_json(spec)))


def tasks_of(
    history: History,
    policies: Sequence[TriedPolicy],
    metric: str,
    days: tuple[date, date],
    folder: Path,
) -> list[Task]:
    """A task for each policy. Its file is named by all that decides what is played."""
    folder.mkdir(parents=True, exist_ok=True)
    spec, found = history.spec, []
    for tried in policies:
        slug = re.sub(r"[^a-z0-9]+", "-", tried.name)
        file = folder / f"{slug}-{_digest(history, tried, metric, days[0])}.jsonl"
        found.append(Task(spec, history.settings, tried, metric, *days, file))
    return found


def read(file: Path) -> list[PlayedDay]:
    """The days in a file, without a last line that was cut off; the file ends after them."""
    if not file.exists():
        return []
    found, kept = [], 0
    for line in file.read_bytes().splitlines(keepends=True):
        try:
            found.append(PlayedDay.model_validate_json(line))
        except ValidationError:
            break
        kept += len(line)
    with file.open("rb+") as opened:
        opened.truncate(kept)
    return found


def lines(file: Path) -> int:
    """How many days a file has."""
    return file.read_bytes().count(b"\n") if file.exists() else 0


def require_days(history: History, first: date, last: date) -> None:
    """Raise `InputError` unless the days are in order and lie in the history."""
    covered = history.covered
    if first > last or (covered and not covered[0] < first <= last <= covered[1]):
        there = (
            f"days after {covered[0]}, until {covered[1]}" if covered else "a first and last day"
        )
        raise InputError(
            seen=f"the days from {first} to {last}",
            expected=f"{there}: the first version is trained on the days before them",
            todo="correct --from or --to",
        )


def _digest(history: History, tried: TriedPolicy, metric: str, first: date) -> str:
    """What is played depends on the rows, defs.yaml, the policy, and all code that judges days."""
    spec = history.spec
    fitted = spec.model_dump_json(exclude={"card", "description"}), spec.code_version
    played = tried.model_dump_json(), metric, str(first), history.version
    return input_digest(*fitted, *played)[:12]
