"""A new kind is a new file, and nothing else in the folder is mistaken for one."""

import subprocess
import sys
from typing import Literal

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from mlops_assets.kinds import registry
from mlops_assets.kinds.sklearn.params import Search
from mlops_assets.kinds.sklearn.spec import SklearnSpec


class Rule(SklearnSpec):
    """Another kind: every method, and a type of its own."""

    type: Literal["rule"]


class Half(BaseModel):
    """A type, and nothing that can be fitted."""

    type: Literal["half"]


def test_the_folder_holds_the_kinds_it_should():
    assert registry.discover()["sklearn"] is SklearnSpec


@pytest.mark.parametrize("thing", [Search, Half, BaseModel, Literal, "text"])
def test_what_is_not_a_kind_is_ignored(thing):
    assert not registry.is_kind(thing)


def test_several_kinds_are_told_apart_by_type():
    adapter = TypeAdapter(registry.one_of([Rule, SklearnSpec]))
    given = {"type": "rule", "estimator": "sklearn.svm.SVC"}
    assert isinstance(adapter.validate_python(given), Rule)
    with pytest.raises(ValidationError, match="'rule', 'sklearn'"):
        adapter.validate_python({"type": "magic"})


def test_a_yaml_becomes_the_spec_of_its_kind():
    given = {"type": "sklearn", "estimator": "sklearn.svm.SVC"}
    assert isinstance(TypeAdapter(registry.ModelSpec).validate_python(given), SklearnSpec)


@pytest.mark.process
def test_importing_the_kinds_imports_nothing_heavy():
    heavy = ("sklearn", "pandas", "numpy", "mlflow", "skops", "joblib", "scipy")
    code = (
        "import sys; import mlops_assets.kinds.registry; "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
