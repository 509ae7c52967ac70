"""The tasks there are: those of this folder, and those of other packages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.plugins import with_plugins
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.deduplication import DEDUPLICATION
from mlops_assets.tasks.policy import POLICY_LEARNING
from mlops_assets.tasks.ranking import RANKING
from mlops_assets.tasks.regression import REGRESSION

MEMBERS = ("name", "headlines", "metric_names")


def discover() -> dict[str, Task]:
    """All tasks by name. Raises `InputError` for what another package registers and is no task."""
    own = (CLASSIFICATION, REGRESSION, DEDUPLICATION, RANKING, POLICY_LEARNING)
    return with_plugins("tasks", own, _name)


def _name(thing: Any) -> tuple[str]:
    lacking = [name for name in MEMBERS if not hasattr(thing, name)]
    if lacking or not isinstance(thing, Task):
        raise InputError(
            seen=f"it lacks {lacking}" if isinstance(thing, Task) else f"{thing!r} is no task",
            expected="an object of a subclass of mlops_assets.tasks.base.Task, with "
            f"{', '.join(MEMBERS)}",
            todo="complete it",
        )
    return (thing.name,)


TASKS = discover()
"""Every task by its name."""


def task_named(name: Any) -> Task:
    """The task of that name. Raises `InputError` if there is none."""
    if isinstance(name, Task):
        return name
    if not isinstance(name, str) or name not in TASKS:
        raise InputError(
            seen=f"`task` is {name!r}{nearest(str(name), list(TASKS))}",
            expected=f"one of {list(TASKS)}",
            todo="correct `task`, or install the package that has it",
        )
    return TASKS[name]


def headline(metrics: Iterable[str]) -> str | None:
    """The headline metric among `metrics` of a version, whatever its task; None if none."""
    names = list(metrics)
    return next((it for task in TASKS.values() for it in task.headlines if it in names), None)


TaskField = Annotated[
    Task,
    PlainValidator(task_named),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "enum": list(TASKS)}),
]
"""A task in YAML and JSON: its name."""
