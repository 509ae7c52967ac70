"""A version fitted again by the code that fitted it, which is no longer today's."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mlops_assets.cli import app
from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.features.code_version import code_version, sources
from mlops_assets.platform.lake_files import write_file
from mlops_assets.registry.reproduce.kept_code import FOLDER, keep_code, unpack_code, zipped
from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.lifecycle.recorded import FOREST, fitted_by_other_code, recorded, rewrite
from mlops_assets_tests.world import World

pytestmark = pytest.mark.process

KIND = "sklearn"
CODE = code_version(KIND)
WAITING = """
import os, sys, time
from pathlib import Path

Path({told!r}).write_text(f"{{os.getpid()}} {{sys.argv[1]}}")
time.sleep(600)
"""
OLD = """
import atexit, sys

atexit.register(sys.stderr.write, "leaked")
from numpy import what_numpy_once_had
"""
EDITING = """
from mlops_assets.features.code_version import PACKAGE, code_version
from mlops_assets.registry.reproduce.kept_code import keep_code, unpack_code

then = code_version("sklearn")
edited = PACKAGE / "kinds" / "sklearn" / "training.py"
edited.write_text(edited.read_text() + "# edited")
kept = PACKAGE.parent / "kept"
unpack_code(keep_code("sklearn"), then, kept)
assert "# edited" not in (kept / edited.relative_to(PACKAGE.parent)).read_text()
"""
IMPORTING = """
from importlib import import_module
from pkgutil import walk_packages
import mlops_assets

found = [it.name for it in walk_packages(mlops_assets.__path__, "mlops_assets.")]
for name in found:
    import_module(name)
print(*sorted({name.split(".")[1] for name in found}))
"""


def kept(world: World) -> Path:
    """The code of version 1 in the lake."""
    return world.settings.home / "lake" / recorded(world)[1].code_file


@pytest.fixture
def fitted(world) -> World:
    """A forest as version 1."""
    world.spec["model"] = {"type": "sklearn", **FOREST}
    world.begin()
    return world


@pytest.fixture
def later(fitted) -> World:
    """The same, once today's code is no longer the one that fitted it."""
    fitted_by_other_code(fitted)
    return fitted


def test_code_that_has_changed_since_is_taken_as_it_was(fitted, tmp_path):
    changed = make_checkout(tmp_path / "changed")
    training = changed.folder / "mlops_assets" / "kinds" / "sklearn" / "training.py"
    as_it_was = training.read_text()
    training.write_text(as_it_was.replace("_set_seed(estimator, seed)", "_set_seed(estimator, 7)"))
    assert training.read_text() != as_it_was

    def reproduce(*options: str) -> subprocess.CompletedProcess[str]:
        home = str(fitted.settings.home)
        return changed.run("reproduce", "small", "1", *options, MLOPS_ASSETS_HOME=home)

    with_code_of_then = reproduce()
    assert with_code_of_then.returncode == 0, with_code_of_then.stderr
    assert "small 1: identical" in with_code_of_then.stdout
    assert f"with the original code ({CODE})" in with_code_of_then.stdout
    assert "changed" not in with_code_of_then.stdout

    with_todays = reproduce("--todays-code", "--json")
    assert with_todays.returncode == 1, with_todays.stderr
    told = json.loads(with_todays.stdout)
    assert told["comparison"]["largest"] > 0.01
    assert (told["outcome"], told["code_of_then"]) == ("different", CODE)
    assert told["changes"] == [f"code {CODE} at the time, {told['code']} now"]


def test_code_is_kept_once(fitted):
    before = kept(fitted).stat().st_mtime_ns
    fitted.spec["seed"] = 5
    assert fitted.retrain_as_of("2026-01-05").success
    assert list(kept(fitted).parent.iterdir()) == [kept(fitted)]
    assert kept(fitted).stat().st_mtime_ns == before
    assert zipped(dict(sorted(sources(KIND).items(), reverse=True))) == kept(fitted).read_bytes()


def test_models_that_keep_the_same_code_together_do_not_disturb_each_other(settings):
    with ThreadPoolExecutor(8) as models:
        done = [models.submit(keep_code, KIND) for _ in range(8)]
    (place,) = {it.result() for it in done}
    (file,) = (settings.home / "lake" / FOLDER).iterdir()
    assert place == f"{FOLDER}/{file.name}"


def test_what_is_edited_while_a_process_fits_is_not_kept_as_its_code(tmp_path):
    edited = make_checkout(tmp_path / "edited")
    done = subprocess.run(
        [sys.executable, "-c", EDITING],
        cwd=edited.folder,
        env=edited.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_kept_code_needs_nothing_else_of_the_package(settings, tmp_path):
    unpack_code(keep_code(KIND), CODE, tmp_path)
    done = subprocess.run(
        [sys.executable, "-P", "-c", IMPORTING],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == sorted(
        {name.split("/")[0].removesuffix(".py") for name in sources(KIND)}
    )


def test_code_that_is_not_what_was_kept_is_not_run(later, tmp_path):
    registry = ModelRegistry(later.settings)
    ran = tmp_path / "ran"
    evil = zipped({**sources(KIND), "kinds/refit.py": f"open({str(ran)!r}, 'w')".encode()})
    then = recorded(later)[1].code_file
    kept(later).write_bytes(evil)
    with pytest.raises(InputError, match=f"{then} is not what was written"):
        registry.reproduce_model("small", "1")
    kept(later).unlink()
    with pytest.raises(InputError, match=f"{then} is gone"):
        registry.reproduce_model("small", "1")
    rewrite(later, code_file=write_file([FOLDER], evil, "zip"))
    with pytest.raises(InputError, match=r"holds code .* fitted the version"):
        registry.reproduce_model("small", "1")
    assert not ran.exists()
    assert registry.reproduce_model("small", "1", todays_code=True).outcome == "identical"


def test_a_version_of_which_no_code_was_kept_is_fitted_with_todays(later):
    then = recorded(later)[1].surroundings.code
    rewrite(later, code_file="")
    told = CliRunner().invoke(app, ["reproduce", "small", "1"])
    assert told.exit_code == 0
    assert f"with today's code ({CODE}), as the original code was not kept" in told.stdout
    assert f"code {then} at the time, {CODE} now" in told.stdout


def test_what_the_code_of_then_refuses_is_told_as_it_says_it(later):
    registry = ModelRegistry(later.settings)
    assert registry.reproduce_model("small", "1").changes == ()
    spec = {"columns": {"numeric": ["x"]}, "target": "y", "task": "classification", "seed": 0}
    rewrite(later, spec={**spec, "model": {"type": "sklearn", "estimator": "os.system"}})
    with pytest.raises(InputError, match=r"os\.system") as refused:
        registry.reproduce_model("small", "1")
    assert "sklearn." in refused.value.expected


def test_code_that_does_not_run_here_is_told_in_one_line(fitted):
    fitted_by_other_code(fitted, {"features/splitting.py": OLD})
    with pytest.raises(InputError, match="ImportError: cannot import name 'what_numpy") as refused:
        ModelRegistry(fitted.settings).reproduce_model("small", "1")
    assert "--todays-code" in refused.value.todo


def test_an_interrupt_ends_the_code_of_then(fitted, tmp_path):
    told = tmp_path / "told"
    fitted_by_other_code(fitted, {"kinds/refit.py": WAITING.format(told=str(told))})
    command = [sys.executable, "-m", "mlops_assets.cli", "reproduce", "small", "1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as asked:
        wait_until(lambda: told.exists() and " " in told.read_text())
        child, folder = told.read_text().split()
        asked.send_signal(signal.SIGINT)
        assert asked.wait(30) != 0
    wait_until(lambda: not runs(int(child)))
    assert not Path(folder).exists()


def wait_until(come_true) -> None:
    until = time.monotonic() + 60
    while not come_true():
        assert time.monotonic() < until
        time.sleep(0.1)


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
