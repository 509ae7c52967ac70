"""Commands in processes of their own, forked from one that has imported the libraries already.

Importing MLflow, Dagster and scikit-learn takes most of a short command's time. The package itself
is not imported before the fork: each command loads it anew from the folder it runs in.
"""

import atexit
import multiprocessing
import os
import runpy
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CompletedProcess

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["mlops_assets_tests.libraries"])


def run_module(
    module: str, words: Sequence[str], *, folder: Path, environment: dict[str, str]
) -> CompletedProcess[str]:
    """What `python -m MODULE WORDS` in that folder ends with, and its output as text."""
    return _run(_module, (module, words), folder, environment)


def run_code(
    code: str, words: Sequence[str], *, folder: Path, environment: dict[str, str]
) -> CompletedProcess[str]:
    """The same of `python -c CODE WORDS`."""
    return _run(_code, (code, words), folder, environment)


def _run(
    body: Callable, given: tuple, folder: Path, environment: dict[str, str]
) -> CompletedProcess[str]:
    with tempfile.TemporaryDirectory(prefix="forked") as outputs:
        paths = Path(outputs, "stdout"), Path(outputs, "stderr")
        process = PROCESSES.Process(target=_child, args=(body, given, folder, environment, paths))
        process.start()
        process.join()
        texts = [path.read_text() if path.exists() else "" for path in paths]
        return CompletedProcess(given, process.exitcode, *texts)


def _child(
    body: Callable, given: tuple, folder: Path, environment: dict[str, str], paths: Sequence[Path]
) -> None:
    for path, number in zip(paths, (1, 2), strict=True):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path.insert(0, str(folder))
    assert "mlops_assets" not in sys.modules, "the package would not be that of the folder"
    try:
        body(*given)
    finally:
        atexit._run_exitfuncs()  # a child of multiprocessing leaves them out


def _module(module: str, words: Sequence[str]) -> None:
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _code(code: str, words: Sequence[str]) -> None:
    sys.argv = ["-c", *words]
    exec(code, {"__name__": "__main__"})  # noqa: S102 - it is a test's own
