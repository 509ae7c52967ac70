"""What may be read and imported where, and what loading the code location costs."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "mlops_assets"
HEAVY = (
    *("mlflow", "evidently", "sklearn", "pandas", "shap", "duckdb", "matplotlib", "numpy"),
    *("dagster_postgres", "psycopg", "psycopg2", "apprise", "jinja2", "rich"),
)
# These set variables for libraries and child processes.
SETTERS = {"__init__.py", "cli/up.py", "platform/dagster/home.py", "platform/mlflow/store.py"}
SETTERS |= {"platform/page_process.py", "registry/reproduce/refit_process.py"}
SETTERS.add("operations/backup/postgres_programs.py")
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


TASK_NAMES = {"classification", "regression", "deduplication"}
KIND_NAMES = {"sklearn", "fellegi_sunter"}
OBJECTS = {"CLASSIFICATION", "REGRESSION", "DEDUPLICATION"}


def decided_by(node: ast.AST) -> Iterator[ast.AST]:
    """The expressions on which what happens next depends: compared, looked up or matched."""
    if isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
    elif isinstance(node, ast.Dict):
        yield from filter(None, node.keys)
    elif isinstance(node, ast.MatchValue):
        yield node.value
    elif isinstance(node, ast.Subscript):
        yield node.slice


def branches(path: Path) -> set[str]:
    """The names of tasks and kinds on which a file branches."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        for expression in decided_by(node):
            for part in ast.walk(expression):
                if isinstance(part, ast.Constant) and part.value in TASK_NAMES | KIND_NAMES:
                    found.add(part.value)
                elif isinstance(part, ast.Name) and part.id in OBJECTS:
                    found.add(part.id)
    return found


def test_nothing_outside_tasks_and_kinds_branches_on_the_name_of_one():
    found = {
        str(path.relative_to(PACKAGE)): branches(path)
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in ("tasks", "kinds")
    }
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "code",
    [
        'if task == "regression": pass',
        'x = {"classification": 1}[task]',
        'if spec.model.type in ("sklearn", "other"): pass',
        "if task is DEDUPLICATION: pass",
    ],
)
def test_a_branch_on_a_name_is_found(code, tmp_path):
    (tmp_path / "some.py").write_text(code)
    assert branches(tmp_path / "some.py")
