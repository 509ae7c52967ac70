"""A machine of its own name, processes and files, as namespaces of this one give it."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any

import pytest

from mlops_assets_tests.checkout import Checkout

NAMESPACES = ("--mount", "--uts", "--pid", "--fork", "--mount-proc", "--kill-child")
AGENT = """
import json, os, sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
from mlops_assets.cli import main
from mlops_assets_tests.checkout import PLAY

print("null", file=answers, flush=True)
for line in sys.stdin:
    name, *words = json.loads(line)
    said, code = StringIO(), 0
    sys.argv = [name, *words]
    with redirect_stdout(said), redirect_stderr(said):
        try:
            exec(PLAY, {}) if name == "play" else main()
        except SystemExit as ended:
            code = ended.code
    print(json.dumps([code, said.getvalue()]), file=answers, flush=True)
"""


@dataclass
class Machine:
    """A machine with a checkout, where the trees of `others` are empty folders."""

    name: str
    checkout: Checkout
    others: Sequence[Path]
    environment: dict[str, str]
    _agent: subprocess.Popen | None = field(default=None, init=False)

    @property
    def home(self) -> Path:
        """The folder of its state."""
        return self.checkout.settings.home

    def start(self, *words: str, **pipes: Any) -> subprocess.Popen:
        """`python WORDS` there, which ends with all that it has started when it is killed."""
        hidden = " && ".join(f"mount -t tmpfs -o ro none '{it}'" for it in self.others)
        enter = f'hostname {self.name} && {hidden} && exec "$@"'
        command = [*namespaces(), "sh", "-c", enter, "sh", sys.executable, *words]
        folder, log = self.checkout.folder, (self.checkout.folder / "machine.log").open("ab")
        given = {"stdout": log, "stderr": log, **pipes}
        return subprocess.Popen(command, cwd=folder, env=self.environment, **given)

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen]:
        """The same until the end of the block."""
        process = self.start(*words)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def run(self, *words: str) -> str:
        """What `mlops-assets WORDS` says there; it succeeds."""
        code, said = self.ask("mlops-assets", *words)
        assert code in (0, None), said
        return said

    def play(self, model: str, job: str, day: str) -> None:
        """Execute a job of a day there, as `Checkout.play`."""
        code, said = self.ask("play", json.dumps([[model, job, day]]))
        assert code == 0, said

    def ask(self, *words: str) -> tuple[int, str]:
        """The exit code of a command and what it says; all in one process, which has imported."""
        if self._agent is None:
            pipe = subprocess.PIPE
            self._agent = self.start("-c", AGENT, stdin=pipe, stdout=pipe, text=True)
            assert _line(self._agent.stdout) is None
        assert self._agent.stdin
        print(json.dumps(words), file=self._agent.stdin, flush=True)
        return _line(self._agent.stdout)

    def close(self) -> None:
        """End what answers."""
        if self._agent:
            self._agent.kill()
            self._agent.communicate()

    def log(self) -> str:
        """The end of what its processes printed."""
        return (self.checkout.folder / "machine.log").read_text()[-3000:]


def _line(stdout: IO[str] | None) -> Any:
    assert stdout
    return json.loads(stdout.readline())


@cache
def namespaces() -> tuple[str, ...]:
    """The start of a command that has its own; skips a test where none may be made."""
    for rights in ((), ("--map-root-user",)):
        command = ("unshare", *rights, *NAMESPACES)
        trial = [*command, "sh", "-c", "hostname some && mount -t tmpfs none /mnt"]
        if subprocess.run(trial, capture_output=True, check=False).returncode == 0:
            return command
    pytest.skip("another machine needs `unshare` and the rights for namespaces")
