"""What another package registers is found, and what cannot be used is named with its package."""

import sys
from importlib.metadata import EntryPoint
from typing import Any, Literal

import pandas as pd
import pytest

from mlops_assets import plugins
from mlops_assets.data.sources import registry as sources
from mlops_assets.data.sources.base import SourceSpec
from mlops_assets.data.sources.csv import CsvSource
from mlops_assets.data.sources.python import PythonSource
from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs import known as packs
from mlops_assets.evaluation.packs.base import Pack
from mlops_assets.evaluation.packs.metrics import Metrics
from mlops_assets.kinds import registry as kinds
from mlops_assets.kinds.sklearn.spec import SklearnSpec
from mlops_assets.tasks import registry as tasks
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.regression import Regression

HERE = "mlops_assets_tests.test_plugins"
DISCOVER = {
    "kinds": kinds.discover,
    "tasks": tasks.discover,
    "packs": packs.known,
    "sources": sources.source_types,
}


class SecondKind(SklearnSpec):
    """A kind whose name is taken."""


class SecondPack(Metrics):
    """A pack whose name is taken."""


class SecondSource(CsvSource):
    """A source whose name is taken."""


class UntypedPack(Metrics):
    """A pack without a name."""

    type: Any = "untyped"


class UntypedSource(CsvSource):
    """A source without a name."""

    type: Any = "untyped"


class AbstractPack(Pack):
    """A pack that evaluates nothing."""

    type: Literal["abstract"] = "abstract"


class AbstractSource(SourceSpec):
    """A source that reads nothing."""

    type: Literal["abstract"] = "abstract"


SECOND_TASK = Regression()
UNNAMED_TASK = type("Unnamed", (Task,), dict.fromkeys(Task.__abstractmethods__))()


@pytest.fixture
def registered(monkeypatch):
    """Registers objects by their address, as an installed package would."""

    def register(group: str, **addresses: str) -> None:
        full = f"mlops_assets.{group}"
        found = [EntryPoint(name, value, full) for name, value in addresses.items()]
        monkeypatch.setattr(plugins, "_by_group", lambda: {full: found})

    packs.known.cache_clear()
    yield register
    packs.known.cache_clear()


def rows_of_plugin() -> pd.DataFrame:
    return pd.DataFrame({"x": [1]})


def names_of(thing: Any) -> list[str]:
    return [f"{thing:.2f}"]


def test_objects_of_a_group_follow_our_own_in_the_order_of_their_names(registered):
    registered("tasks", later="math:pi", first="math:e")
    assert list(plugins.with_plugins("tasks", [9.0], names_of)) == ["9.00", "2.72", "3.14"]
    assert list(plugins.with_plugins("kinds", [9.0], names_of)) == ["9.00"]


def test_a_function_that_a_package_registers_may_be_named_in_a_defs_yaml(registered, settings):
    registered("functions", rows=f"{HERE}:rows_of_plugin")
    assert plugins.names_registered("functions") == {f"{HERE}.rows_of_plugin"}
    table = PythonSource(function=f"{HERE}.rows_of_plugin").read(settings)
    assert table["x"].tolist() == [1]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import no_such_package", "ModuleNotFoundError: No module named 'no_such_package'"),
        ("", "AttributeError: module 'broken_plugin' has no attribute 'Thing'"),
        ("1 + 'a'", "TypeError: unsupported operand type"),
        ("raise ValueError('two\\nlines')", "ValueError: two lines"),
    ],
)
def test_a_module_that_cannot_be_imported_names_its_package(
    registered, monkeypatch, tmp_path, code, said
):
    (tmp_path / "broken_plugin.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "broken_plugin", raising=False)
    registered("kinds", bad="broken_plugin:Thing")
    with pytest.raises(InputError) as told:
        kinds.discover()
    start = "the package broken_plugin registers bad = broken_plugin:Thing under mlops_assets.kinds"
    assert told.value.seen.startswith(f"{start}: {said}")
    assert told.value.todo == "correct or uninstall broken_plugin"


@pytest.mark.parametrize(
    ("group", "address", "said"),
    [
        ("kinds", "mlops_assets_tests.kinds.test_discovery:Half", r"lacks \['tasks', .*'load'\]"),
        ("kinds", "math:pi", r"3\.14.* lacks \['a literal `type`'\]"),
        ("tasks", "mlops_assets.tasks.regression:Regression", "Regression'> is no task"),
        ("tasks", "math:pi", r"3\.14.* is no task"),
        ("tasks", f"{HERE}:UNNAMED_TASK", r"it lacks \['name', 'headlines', 'metric_names'\]"),
        ("packs", "math:pi", r"3\.14.* is no pack"),
        ("packs", f"{HERE}:UntypedPack", "UntypedPack'> is no pack"),
        ("packs", f"{HERE}:AbstractPack", "AbstractPack'> is no pack"),
        ("sources", "math:pi", r"3\.14.* is no source"),
        ("sources", f"{HERE}:UntypedSource", "UntypedSource'> is no source"),
        ("sources", f"{HERE}:AbstractSource", "AbstractSource'> is no source"),
    ],
)
def test_what_is_unfit_is_refused_with_its_package(registered, group, address, said):
    registered(group, some=address)
    start = f"the package {address.split(':')[0]} registers some = {address} under "
    with pytest.raises(InputError, match=f"{start}mlops_assets.{group}: .*{said}"):
        DISCOVER[group]()


@pytest.mark.parametrize(
    ("group", "name", "said"),
    [
        ("kinds", "SecondKind", "mlops_assets.kinds.sklearn.spec has 'sklearn' already"),
        ("tasks", "SECOND_TASK", "mlops_assets.tasks.regression has 'regression' already"),
        ("packs", "SecondPack", "mlops_assets.evaluation.packs.metrics has 'metrics' already"),
        ("sources", "SecondSource", "mlops_assets.data.sources.csv has 'csv' already"),
    ],
)
def test_a_name_that_is_taken_is_refused(registered, group, name, said):
    registered(group, some=f"{HERE}:{name}")
    with pytest.raises(InputError, match=f"registers some = {HERE}:{name} .*: {said}"):
        DISCOVER[group]()


def test_two_packages_cannot_register_one_name_and_one_object_can_be_registered_twice(registered):
    rule = "mlops_assets_tests.kinds.test_discovery:Rule"
    registered("kinds", one=rule, other=rule)
    assert kinds.discover()["rule"].__name__ == "Rule"
    registered("kinds", one=rule, other=f"{HERE}:OtherRule")
    with pytest.raises(InputError, match=r"other = .*kinds.test_discovery has 'rule' already"):
        kinds.discover()


class OtherRule(SklearnSpec):
    """A kind with the name of another package's."""

    type: Literal["rule"]  # type: ignore[assignment]
