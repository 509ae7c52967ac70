"""A copy of the project in a folder of its own, used as a person would: by its commands."""

import atexit
import compileall
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess

from mlops_assets.platform.settings import PACKAGE_PARENT, Settings
from mlops_assets_tests.forked import Command, run_code, run_module

PARTS = ("workspace.yaml", "pyproject.toml", "dagster.yaml")
PLAY = """
import json, sys
from mlops_assets.cli.runs import ModelRuns
from mlops_assets.spec.monitoring import AS_OF_TAG
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.settings import Settings

settings = Settings.from_environment()
with open_instance(settings) as instance:
    for model, job, day in json.loads(sys.argv[1]):
        runs = ModelRuns(model, instance, settings)
        when = {"tags": {AS_OF_TAG: day}} if job == "retrain" else {"partition": day}
        assert runs.execute(job, **when), f"{job} of {model} on {day}"
"""


@dataclass(frozen=True)
class Checkout:
    """A project folder and the environment its commands run in."""

    folder: Path
    environment: dict[str, str]

    @property
    def settings(self) -> Settings:
        """The settings of the commands that run here."""
        return Settings.from_environment(self.environment)

    def run(self, *arguments: str, **environment: str) -> CompletedProcess[str]:
        """`mlops-assets ARGUMENTS` with its output as text."""
        given = {**self.environment, **environment}
        return run_module("mlops_assets.cli", arguments, folder=self.folder, environment=given)

    def start(self, *arguments: str) -> Command:
        """The same, which goes on meanwhile."""
        return Command("mlops_assets.cli", arguments, self.folder, self.environment)

    def play(self, *jobs: tuple[str, str, str]) -> None:
        """Execute jobs one after another, without a daemon: (model, job such as retrain, day)."""
        given = self.environment
        done = run_code(PLAY, [json.dumps(jobs)], folder=self.folder, environment=given)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

    def model(self, name: str, text: str) -> Path:
        """Write the defs.yaml of a model."""
        path = self.folder / "mlops_assets" / "defs" / name / "defs.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


def make_checkout(folder: Path, *, models: tuple[str, ...] = ()) -> Checkout:
    """Copy the project to `folder`, with only the named models of it."""
    shutil.copytree(_compiled_package(), folder / "mlops_assets", dirs_exist_ok=True)
    (folder / "mlops_assets" / "defs").mkdir()
    for model in models:
        place = Path("mlops_assets") / "defs" / model
        shutil.copytree(PACKAGE_PARENT / place, folder / place)
    for part in PARTS:
        shutil.copy(PACKAGE_PARENT / part, folder / part)
    home = {"MLOPS_ASSETS_HOME": str(folder / ".mlops_assets")}
    return Checkout(folder, own_environment() | home)


def own_environment() -> dict[str, str]:
    """The environment without what the project reads of it."""
    return {name: value for name, value in os.environ.items() if not _is_ours(name)}


@cache
def _compiled_package() -> Path:
    """The package without its models; no checkout has to compile it again."""
    folder = Path(tempfile.mkdtemp(prefix="compiled"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__", "defs")
    package = shutil.copytree(
        PACKAGE_PARENT / "mlops_assets", folder / "mlops_assets", ignore=ignore
    )
    compileall.compile_dir(package, quiet=1)
    return package


def _is_ours(name: str) -> bool:
    return name.startswith(("MLOPS_ASSETS_", "DAGSTER_")) or name in {
        "MLFLOW_TRACKING_URI",
        "MLFLOW_BACKEND_STORE_URI",
        "MLFLOW_ARTIFACT_ROOT",
        "MLFLOW_DEFAULT_ARTIFACT_ROOT",
        "MLFLOW_S3_ENDPOINT_URL",
        "WAREHOUSE_URL",
        "LAKE_URL",
    }
