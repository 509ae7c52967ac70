"""The layers hold: what may import what, and what loading the code location costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "mlops_assets"
PURE = sorted(
    path for folder in ("core", "kinds", "simulators") for path in (PACKAGE / folder).rglob("*.py")
)
HEAVY = (
    *("mlflow", "evidently", "sklearn", "pandas", "shap", "duckdb", "matplotlib", "numpy"),
    *("dagster_postgres", "psycopg", "psycopg2", "apprise"),
)


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_core_and_kinds_know_no_dagster(path):
    outside = ("dagster", "mlops_assets.lifecycle", "mlops_assets.platform.mlflow.resource")
    assert not {name for name in imported(path) if name.startswith(outside)}


def test_dagster_mlflow_is_touched_in_one_file():
    users = {
        path.name
        for path in PACKAGE.rglob("*.py")
        if any(name.startswith("dagster_mlflow") for name in imported(path))
    }
    assert users == {"mlflow.py", "preload.py"}


def test_only_settings_read_the_environment():
    readers = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "os.environ" in path.read_text()
    }
    # The others set variables for libraries and child processes.
    setters = {"platform/mlflow/store.py", "platform/dagster/home.py", "cli/up.py"}
    setters |= {"data/profile/renderer.py", "registry/reproduce/refit_process.py", "__init__.py"}
    setters.add("operations/backup/postgres_programs.py")
    assert readers == {"platform/settings.py"} | setters


def test_loading_the_code_location_imports_nothing_heavy(home, monkeypatch):
    monkeypatch.setenv("DAGSTER_STORAGE_URL", "postgresql://me@127.0.0.1:1/dagster")
    code = (
        "import sys; from mlops_assets.definitions import defs; defs(); "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
