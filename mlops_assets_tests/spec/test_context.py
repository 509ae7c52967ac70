"""`context:` in defs.yaml: columns that are kept with a row, and that no model is fitted on."""

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.classification import Classification
from mlops_assets_tests.world import SMALL, small_table


class WithTime(Classification):
    """A task that needs to know how long a row was observed."""

    name = "with_time"
    context_roles = {"time": "numeric", "event": "boolean"}  # noqa: RUF012


def spec(context: dict[str, Any], **more: Any) -> LifecycleSpec:
    source = {"type": "csv", "path": "table.csv"}
    return LifecycleSpec.model_validate({**SMALL, "source": source, "context": context, **more})


def refused(context: dict[str, Any], **more: Any) -> str:
    """Why the YAML is refused."""
    with pytest.raises(ValidationError) as told:
        spec(context, **more)
    return str(told.value)


def test_a_role_names_one_column_or_several_with_the_type_of_its_values():
    made = spec({"sensitive": ["sex", "c"], "weight": "w", "group": "sex"})
    assert made.context_columns == Columns(numeric=["w"], categorical=["sex", "c"])
    assert made.context_roles == {"sensitive": ("sex", "c"), "weight": ("w",), "group": ("sex",)}
    assert made.monitored_columns == Columns(numeric=["x", "w"], categorical=["c", "sex"])
    assert made.needed_columns == ["x", "w", "c", "sex"]
    assert made.columns.names == ["x", "c"]


def test_context_is_typed_beside_the_features():
    made = spec({"sensitive": "sex", "weight": "w"}, positive=1)
    raw = pd.DataFrame({"x": ["1"], "c": ["a"], "y": [1], "sex": [2], "w": ["0.5"]})
    rows = made.dataset(raw)
    assert list(rows.features) == ["x", "c"]
    assert rows.context.to_dict("records") == [{"w": 0.5, "sex": "2"}]
    assert (rows.target, rows.positive, rows.roles) == (None, 1, made.context_roles)
    with pytest.raises(InputError, match="1 of 1 rows have no weight"):
        made.dataset(raw.assign(w=-1))


def test_an_unknown_role_is_refused_with_the_known_ones():
    told = refused({"sensitiv": "sex"})
    assert "`context` has the roles ['sensitiv']. Expected: roles among" in told
    assert "['sensitive', 'weight', 'group']. To do: correct 'sensitiv'" in told


def test_the_target_is_no_context():
    assert "`context` has the target 'y'" in refused({"sensitive": "y"})


@pytest.mark.parametrize("name", ["prediction", "score", "probability_prior"])
def test_context_is_not_called_like_what_a_model_predicts(name):
    told = refused({"sensitive": ["sex", name]})
    assert f"`context` has the columns ['{name}'], which are names of predictions" in told
    assert "rename them at the source" in told
    assert spec({"sensitive": "scores"}).context_columns.names == ["scores"]


def test_a_column_has_one_type_whatever_its_roles():
    told = refused({"sensitive": "w", "weight": "w"})
    assert "`context` gives ['w'] roles with values of different types" in told


@pytest.mark.parametrize("weights", [[], ["a", "b"]])
def test_there_is_one_weight(weights):
    assert f"{len(weights)} columns of the role weight" in refused({"weight": weights})


def test_versions_are_compared_by_a_metric_of_the_task():
    told = refused({}, gates={"beats_production": {"metric": "calibration_error"}})
    assert "a metric of the task classification, one of" in told


def test_a_role_that_the_task_needs_must_be_there():
    task = WithTime()
    roles = {"time": "days", "event": "died"}
    kind = spec({}).model
    able = kind.model_copy()
    able.__class__ = type("Able", (type(kind),), {"tasks": (task,)})
    given = {"task": task, "model": able}
    with pytest.raises(InputError, match=r"a column for each of \['event'\]") as told:
        _checked(spec({}), context={"time": ["days"]}, **given)
    assert told.value.todo == "add `event: …`"
    made = _checked(spec({}), context={name: [it] for name, it in roles.items()}, **given)
    assert made.context_columns == Columns(numeric=["days"], boolean=["died"])


def _checked(made: LifecycleSpec, **changed: Any) -> LifecycleSpec:
    """The spec with other values, judged like one that was just read."""
    return made.model_copy(update=changed)._context_has_known_roles()


def test_rows_of_before_do_without_newer_columns_but_for_those_that_the_task_needs():
    made = spec({"sensitive": ["sex", "c"], "weight": "w"})
    older = made.with_context_of(pd.DataFrame(columns=["x", "c", "w"]))
    assert older.context_columns == Columns(numeric=["w"], categorical=["c"])
    assert older.dataset(small_table(5).assign(w=1)).roles["sensitive"] == ("c",)
    assert made.with_context_of(pd.DataFrame(columns=["x"])).context_columns.names == []
    context = {"time": ["t"], "group": ["g"]}
    needed = made.model_copy(update={"task": WithTime(), "context": context})
    kept = needed.with_context_of(pd.DataFrame(columns=["x"]))
    assert kept.context_columns == Columns(numeric=["t"])


def test_a_personal_context_column_with_labels_is_refused():
    told = refused({"sensitive": "sex"}, personal=["sex"])
    assert "['sex'] is masked, and reports show the labels of `context`" in told
    assert "['id'] is masked" in refused({"group": "id"}, identity=["id"])
    assert spec({"weight": "w"}, personal=["w"]).shown_columns.names == ["x", "c"]
