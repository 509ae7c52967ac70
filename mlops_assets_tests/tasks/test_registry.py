"""A task is found by its name, in YAML too, and written as its name."""

import pytest
from pydantic import BaseModel, ValidationError

from mlops_assets.errors import InputError
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.registry import TASKS, TaskField, headline, task_named


class Written(BaseModel):
    """Something with a task."""

    task: TaskField


def test_every_task_is_found_by_its_name():
    assert list(TASKS)[:3] == ["classification", "regression", "deduplication"]
    assert all(task_named(name) is task for name, task in TASKS.items())
    assert task_named(CLASSIFICATION) is CLASSIFICATION


def test_an_unknown_task_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="`task` is 'regresion'; the nearest name is 'regression'"):
        task_named("regresion")
    with pytest.raises((InputError, ValidationError), match="`task` is 5"):
        Written.model_validate({"task": 5})


def test_a_task_in_a_list_is_none():
    with pytest.raises(ValidationError, match=r"`task` is \['regression'\]"):
        Written.model_validate({"task": ["regression"]})


def test_a_task_is_written_as_its_name():
    made = Written.model_validate({"task": "classification"})
    assert made.task is CLASSIFICATION
    assert made.model_dump() == {"task": "classification"}
    assert Written.model_validate_json(made.model_dump_json()) == made
    assert Written.model_json_schema()["properties"]["task"]["enum"] == list(TASKS)


def test_the_headline_of_metrics_of_an_unknown_task():
    assert headline(["accuracy", "r2"]) == "accuracy"
    assert headline(["mae", "r2"]) == "r2"
    assert headline(["mae"]) is None
