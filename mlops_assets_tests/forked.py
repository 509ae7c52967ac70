"""Commands in processes of their own, forked from one that has imported the libraries already.

Importing MLflow, Dagster and scikit-learn takes most of a short command's time. The package itself
is not imported before the fork: each command loads it anew from the folder it runs in.
"""

import atexit
import multiprocessing
import os
import runpy
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CompletedProcess

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["mlops_assets_tests.libraries"])


class Command:
    """A command that was started; with `is_code`, as `python -c`, otherwise as `python -m`."""

    def __init__(
        self,
        named: str,
        words: Sequence[str],
        folder: Path,
        environment: dict[str, str],
        *,
        is_code: bool = False,
    ) -> None:
        self._outputs = tempfile.TemporaryDirectory(prefix="forked")
        self._paths = [Path(self._outputs.name, name) for name in ("stdout", "stderr")]
        self._given = (_code if is_code else _module, named, words)
        given = *self._given, folder, environment, self._paths
        self._process = PROCESSES.Process(target=_child, args=given)
        self._process.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.is_alive()

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._process.kill()
        self._process.join()

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.kill(self._process.pid or 0, signal.SIGINT)

    def finish(self) -> CompletedProcess[str]:
        """What it ended with, and its output as text."""
        self._process.join()
        texts = [path.read_text() if path.exists() else "" for path in self._paths]
        self._outputs.cleanup()
        return CompletedProcess(self._given, self._process.exitcode, *texts)


def run_module(
    module: str, words: Sequence[str], *, folder: Path, environment: dict[str, str]
) -> CompletedProcess[str]:
    """What `python -m MODULE WORDS` in that folder ends with, and its output as text."""
    return Command(module, words, folder, environment).finish()


def run_code(
    code: str, words: Sequence[str], *, folder: Path, environment: dict[str, str]
) -> CompletedProcess[str]:
    """The same of `python -c CODE WORDS`."""
    return Command(code, words, folder, environment, is_code=True).finish()


def _child(
    body: Callable[[str, Sequence[str]], None],
    named: str,
    words: Sequence[str],
    folder: Path,
    environment: dict[str, str],
    paths: Sequence[Path],
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
        body(named, words)
    finally:
        atexit._run_exitfuncs()  # a child of multiprocessing leaves them out


def _module(module: str, words: Sequence[str]) -> None:
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _code(code: str, words: Sequence[str]) -> None:
    sys.argv = ["-c", *words]
    exec(code, {"__name__": "__main__"})  # noqa: S102 - it is a test's own
