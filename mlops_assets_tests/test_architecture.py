"""What may be read and imported where, and what loading the code location costs."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlops_assets.kinds.registry import BY_TYPE, KINDS
from mlops_assets.tasks.registry import TASKS

PACKAGE = Path(__file__).parents[1] / "mlops_assets"
HEAVY = (
    *("mlflow", "evidently", "sklearn", "pandas", "shap", "duckdb", "matplotlib", "numpy"),
    *("dagster_postgres", "psycopg", "psycopg2", "apprise", "jinja2", "rich"),
)
# These set variables for libraries and child processes.
SETTERS = {"__init__.py", "platform/dagster/home.py", "platform/mlflow/store.py"}
SETTERS |= {"platform/page_process.py", "registry/reproduce/refit_process.py"}
SETTERS |= {"operations/backup/postgres_programs.py", "cli/servers.py", "cli/demo_api.py"}
PRIVATE = {"platform/dagster/private.py", "platform/mlflow/private.py"}


def imported(path: Path) -> Iterator[str]:
    """The dotted names that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_private(name: str) -> bool:
    """Whether Dagster or MLflow keeps this name to itself."""
    library, *parts = name.split(".")
    return library.startswith(("dagster", "mlflow")) and any(it.startswith("_") for it in parts)


def test_only_settings_read_the_environment():
    readers = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "os.environ" in path.read_text()
    }
    assert readers == {"platform/settings.py"} | SETTERS


def test_no_table_carries_facts_in_its_attrs():
    """Pandas drops or copies them as it likes; `TableRecord` has fields."""
    users = [path.name for path in PACKAGE.rglob("*.py") if ".attrs" in path.read_text()]
    assert users == []


def test_private_names_of_dagster_and_mlflow_stand_in_one_file_each():
    users = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if any(map(is_private, imported(path)))
    }
    assert users == PRIVATE


@pytest.mark.process
def test_loading_the_code_location_imports_nothing_heavy(home, monkeypatch):
    monkeypatch.setenv("DAGSTER_STORAGE_URL", "postgresql://me@127.0.0.1:1/dagster")
    code = (
        "import sys; from mlops_assets.definitions import defs; defs(); "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_room_of_the_package_has_more_than_15_percent_of_its_lines():
    lines: dict[str, int] = {}
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0]
        lines[room] = lines.get(room, 0) + len(path.read_text().splitlines())
    assert max(lines.values()) <= 0.15 * sum(lines.values()), lines


NAMES = {*TASKS, *BY_TYPE}
"""The names of tasks and kinds."""
OBJECTS = {
    name
    for task in TASKS.values()
    for name, thing in vars(sys.modules[type(task).__module__]).items()
    if thing is task or thing is type(task)
}
OBJECTS |= {kind.__name__ for kind in KINDS}
OBJECTS |= {kind.fit.__annotations__["return"] for kind in KINDS}
"""Tasks, and the classes of tasks, kinds and models."""
ALLOWED = {
    "spec/proposal.py": {"sklearn"},  # what `new` writes
    "data/sources/python.py": {"python"},  # a source of that name, and below its version
    "platform/packages.py": {"python"},
    "defs/golden_record_entities/update.py": {"FellegiSunterModel"},  # assets of that kind alone
}


def named(path: Path) -> set[str]:
    """The tasks and kinds that a file names, in whatever way: it could branch on them."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    words = {getattr(node, field, None) for node in nodes for field in ("id", "attr", "name")}
    return (texts & (NAMES | OBJECTS)) | (words & OBJECTS)


def test_nothing_outside_tasks_and_kinds_names_one():
    found = {
        str(path.relative_to(PACKAGE)): named(path)
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in ("tasks", "kinds")
    }
    assert {path: names for path, names in found.items() if names} == ALLOWED


def test_the_names_are_those_of_what_there_is():
    assert {"classification", "deduplication", "sklearn", "fellegi_sunter"} <= NAMES
    assert {"REGRESSION", "Regression", "SklearnSpec", "FellegiSunterModel"} <= OBJECTS


@pytest.mark.parametrize(
    "code",
    [
        'if task == "regression": pass',
        'x = {"classification": 1}[task]',
        'x = {"classification": 1}.get(task)',
        'x = table.get("regression")',
        'if spec.model.type in ("sklearn", "other"): pass',
        'LINEAR = {"sklearn"}\nif spec.model.type in LINEAR: pass',
        'name = "regression"\nif task.name == name: pass',
        "if task is DEDUPLICATION: pass",
        "if task is tasks.deduplication.DEDUPLICATION: pass",
        "from mlops_assets.tasks.regression import REGRESSION as R\nif task is R: pass",
        "if isinstance(task, Classification): pass",
        "if isinstance(model, model_module.FellegiSunterModel): pass",
        'if type(model).__name__ == "SklearnModel": pass',
        "match task:\n    case Classification(): pass",
        'match task.name:\n    case "classification": pass',
    ],
)
def test_a_name_is_found_wherever_it_stands(code, tmp_path):
    (tmp_path / "some.py").write_text(code)
    assert named(tmp_path / "some.py")


def test_words_are_no_names(tmp_path):
    (tmp_path / "some.py").write_text(
        '"""A regression, or classification."""\nregression = "the r"'
    )
    assert not named(tmp_path / "some.py")
