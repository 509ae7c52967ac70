"""A package brings a kind with its own task, a pack and a source, and lives a whole life."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlops_assets.platform.settings import PACKAGE_PARENT

PACKAGE = Path(__file__).parent / "survival"
MODULES = sorted(path.stem for path in (PACKAGE / "survival_kind").glob("*.py"))
pytestmark = pytest.mark.process
KNOWN = """
from mlops_assets.kinds.registry import BY_TYPE
from mlops_assets.tasks.registry import TASKS
print('exponential' in BY_TYPE, 'survival' in TASKS)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with the package installed in it, as pip does it."""
    folder = tmp_path_factory.mktemp("site")
    copied = tmp_path_factory.mktemp("source") / "survival"  # building writes beside the source
    subprocess.run(["cp", "-r", PACKAGE, copied], check=True)
    uv = Path(sys.executable).with_name("uv")
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--python", sys.executable]
    command = [uv, "pip", "install", *options, "--target", folder, copied]
    subprocess.run(command, check=True)
    return folder


def run(installed: Path, *command: str) -> subprocess.CompletedProcess[str]:
    places = os.pathsep.join(map(str, (installed, PACKAGE_PARENT)))
    environment = {**os.environ, "PYTHONPATH": places}
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(
        [sys.executable, "-P", *command], env=environment, capture_output=True, text=True
    )


def test_its_model_lives_from_data_to_a_retrain_after_drift(installed):
    life = Path(__file__).with_name("life.py")
    done = run(installed, "-m", "pytest", "-v", "-p", "no:cacheprovider", str(life))
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert "1 passed" in done.stdout


def test_without_it_nothing_knows_its_names():
    done = subprocess.run([sys.executable, "-c", KNOWN], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("module", MODULES)
def test_each_of_its_modules_can_be_imported_first(installed, module):
    done = run(installed, "-c", f"import survival_kind.{module}\n{KNOWN}")
    assert done.stdout.split() == ["True", "True"], done.stderr
