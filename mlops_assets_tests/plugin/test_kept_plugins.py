"""Kept code brings the plugins it was fitted with, and is not disturbed by any other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlops_assets.features.code_version import code_version
from mlops_assets.platform.settings import PACKAGE_PARENT
from mlops_assets.registry.reproduce.kept_code import keep_code, unpack_code

pytestmark = pytest.mark.process
BUILT_IN = ("classification", "regression", "deduplication", "ranking", "policy")
TASK = """
from mlops_assets.tasks.regression import Regression

class Lifetime(Regression):
    name = "lifetime"

LIFETIME = Lifetime()
"""
KIND = """
from typing import ClassVar, Literal
from pydantic import BaseModel
from lifetimes.task import LIFETIME

class Hazard(BaseModel):
    tasks: ClassVar = (LIFETIME,)
    libraries: ClassVar = ()
    claims: ClassVar = {}
    packs: ClassVar = ()
    type: Literal["hazard"]

    def fit(self): ...
    def load(self): ...
"""
KEEP = """
import sys
from pathlib import Path
from mlops_assets.features.code_version import code_version
from mlops_assets.kinds.registry import home_of
from mlops_assets.registry.reproduce.kept_code import keep_code, unpack_code

unpack_code(keep_code("hazard"), code_version(home_of("hazard")), Path(sys.argv[1]))
"""
SHOW = """
from mlops_assets.kinds.registry import BY_TYPE, home_of
from mlops_assets.tasks.registry import TASKS
import mlops_assets.tasks

print(mlops_assets.tasks.__file__, *BY_TYPE, *TASKS, *map(home_of, BY_TYPE))
"""


def install(site: Path, package: str, module: str, code: str, entries: str) -> None:
    """Put a package of one module into the folder, as pip does it."""
    (site / package).mkdir(parents=True)
    (site / package / "__init__.py").write_text("")
    (site / package / f"{module}.py").write_text(code)
    (site / f"the_{package}-1.0.dist-info").mkdir()
    (site / f"the_{package}-1.0.dist-info" / "METADATA").write_text(f"Name: the-{package}\n")
    (site / f"the_{package}-1.0.dist-info" / "entry_points.txt").write_text(entries)


@pytest.fixture
def site(tmp_path) -> Path:
    """A kind in one package, whose task is from another."""
    site = tmp_path / "site"
    tasks = "[mlops_assets.tasks]\nlifetime = lifetimes.task:LIFETIME\n"
    install(site, "lifetimes", "task", TASK, tasks)
    kinds = "[mlops_assets.kinds]\nhazard = hazards.kind:Hazard\n"
    install(site, "hazards", "kind", KIND, f"{kinds}[mlops_assets.packs]\nno = hazards.pack:No\n")
    return site


def run(code: str, *places: Path, words: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))},
        capture_output=True,
        text=True,
    )


def test_the_package_of_a_task_is_kept_with_the_kind_that_uses_it(settings, site, tmp_path):
    kept = tmp_path / "kept"
    done = run(KEEP, site, PACKAGE_PARENT, words=(str(kept),))
    assert done.returncode == 0, done.stderr
    done = run(SHOW, kept)
    assert done.returncode == 0, done.stderr
    file, *names = done.stdout.split()
    assert Path(file).is_relative_to(kept)
    assert names == ["hazard", *BUILT_IN, "lifetime", "/hazards/lifetimes"]


def test_kept_code_loads_no_plugin_that_is_installed(settings, tmp_path):
    entries = "[mlops_assets.kinds]\nno = broken.kind:No\n[mlops_assets.tasks]\nno = broken.kind:No"
    install(tmp_path / "site", "broken", "kind", "1 + 'a'", entries)
    unpack_code(keep_code("sklearn"), code_version("sklearn"), tmp_path / "kept")
    done = run(SHOW, tmp_path / "kept", tmp_path / "site")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[1:] == ["sklearn", *BUILT_IN, "sklearn"]
    not_kept = run(SHOW, PACKAGE_PARENT, tmp_path / "site")
    assert "the package the-broken registers no = broken.kind:No" in not_kept.stderr
