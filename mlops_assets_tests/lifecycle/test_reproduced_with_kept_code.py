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
from mlops_assets.core.code_version import code_digest, code_version, digest_of, sources
from mlops_assets.core.errors import InputError
from mlops_assets.resources.kept_code import keep_code, place_of, unpack_code, zipped
from mlops_assets.resources.model_registry import ModelRegistry
from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.lifecycle.recorded import FOREST, OTHER_CODE, rewrite
from mlops_assets_tests.world import World

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
    return world.settings.home / "lake" / place_of(code_digest())


def keep_instead(world: World, **files: str) -> None:
    """Record that version 1 was fitted by code in which `files` of core are other ones."""
    changed = {f"core/{name}.py": text.encode() for name, text in files.items()}
    code = {**sources(), **changed}
    digest = digest_of(code)
    (world.settings.home / "lake" / place_of(digest)).write_bytes(zipped(code))
    rewrite(world, surroundings=OTHER_CODE, code_digest=digest)


@pytest.fixture
def fitted(world) -> World:
    """A forest as version 1."""
    world.spec["model"] = {"type": "sklearn", **FOREST}
    assert world.retrain_as_of("2026-01-04").success
    return world


@pytest.fixture
def by_other_code(fitted) -> World:
    """The same, recorded as if today's code were another than the one that is kept."""
    rewrite(fitted, surroundings=OTHER_CODE)
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
    assert f"with the code of then ({code_version()})" in with_code_of_then.stdout
    assert "changed" not in with_code_of_then.stdout

    with_todays = reproduce("--with-todays-code", "--json")
    assert with_todays.returncode == 1, with_todays.stderr
    told = json.loads(with_todays.stdout)
    assert told["comparison"]["largest"] > 0.01
    assert (told["outcome"], told["code_of_then"]) == ("different", code_version())
    assert told["changes"] == [f"code {code_version()} then, {told['code']} now"]


def test_code_is_kept_once(fitted):
    before = kept(fitted).stat()
    fitted.spec["seed"] = 5
    assert fitted.retrain_as_of("2026-01-05").success
    assert [it.name for it in kept(fitted).parent.iterdir()] == [f"{code_version()}.zip"]
    assert kept(fitted).stat() == before


def test_models_that_keep_the_same_code_together_do_not_disturb_each_other(settings):
    with ThreadPoolExecutor(8) as models:
        done = [models.submit(keep_code) for _ in range(8)]
    assert [it.result() for it in done] == [None] * 8
    folder = settings.home / "lake" / "code"
    assert [it.name for it in folder.iterdir()] == [f"{code_version()}.zip"]


def test_the_same_code_gives_the_same_zip(fitted):
    backwards = dict(sorted(sources().items(), reverse=True))
    assert zipped(backwards) == kept(fitted).read_bytes()
    assert digest_of(backwards) == code_digest()


def test_kept_code_needs_nothing_else_of_the_package(settings, tmp_path):
    keep_code()
    unpack_code(code_digest(), tmp_path)
    done = subprocess.run(
        [sys.executable, "-P", "-c", IMPORTING],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == sorted({name.split("/")[0] for name in sources()})


def test_code_that_is_not_what_was_kept_is_not_run(by_other_code, tmp_path):
    ran = tmp_path / "ran"
    evil = {**sources(), "core/refit.py": f"open({str(ran)!r}, 'w')".encode()}
    registry = ModelRegistry(by_other_code.settings)
    for content in (zipped(evil), zipped(sources())[:-1], b""):
        kept(by_other_code).write_bytes(content)
        with pytest.raises(InputError, match=f"{code_version()}.zip is not what was written"):
            registry.reproduce_model("small", "1")
    kept(by_other_code).unlink()
    with pytest.raises(InputError, match=r"zip is gone.*--with-todays-code"):
        registry.reproduce_model("small", "1")
    assert not ran.exists()
    assert registry.reproduce_model("small", "1", todays_code=True).outcome == "identical"


def test_a_version_of_which_no_code_was_kept_is_fitted_with_todays(by_other_code):
    rewrite(by_other_code, code_digest="")
    told = CliRunner().invoke(app, ["reproduce", "small", "1"])
    assert told.exit_code == 0
    assert f"with today's code ({code_version()}), as that of then was not kept" in told.stdout
    assert f"code 0123456789ab then, {code_version()} now" in told.stdout


def test_what_the_code_of_then_refuses_is_told_as_it_says_it(by_other_code):
    registry = ModelRegistry(by_other_code.settings)
    assert registry.reproduce_model("small", "1").changes == ()
    spec = {"columns": {"numeric": ["x"]}, "target": "y", "task": "classification", "seed": 0}
    rewrite(by_other_code, spec={**spec, "model": {"type": "sklearn", "estimator": "os.system"}})
    with pytest.raises(InputError, match=r"os\.system") as refused:
        registry.reproduce_model("small", "1")
    assert "sklearn." in refused.value.expected


def test_code_that_does_not_run_here_is_told_in_one_line(fitted):
    keep_instead(fitted, splitting=OLD)
    with pytest.raises(InputError, match="ImportError: cannot import name 'what_numpy") as refused:
        ModelRegistry(fitted.settings).reproduce_model("small", "1")
    assert "--with-todays-code" in refused.value.todo


def test_an_interrupt_ends_the_code_of_then(fitted, tmp_path):
    told = tmp_path / "told"
    keep_instead(fitted, refit=WAITING.format(told=str(told)))
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
