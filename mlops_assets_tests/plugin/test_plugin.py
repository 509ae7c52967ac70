"""A package brings a kind with its own task, a pack and a source, and lives a whole life."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent / "survival"
pytestmark = pytest.mark.process


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
    environment = {**os.environ, "PYTHONPATH": str(installed)}
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
    code = (
        "from mlops_assets.kinds import BY_TYPE; from mlops_assets.tasks.registry import TASKS; "
        "print('exponential' in BY_TYPE, 'survival' in TASKS)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
