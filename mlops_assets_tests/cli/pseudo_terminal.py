"""Commands run in a terminal that is none, to see what a person sees."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping

from mlops_assets.platform.settings import PACKAGE_PARENT

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def in_terminal(code: str, columns: int, environment: Mapping[str, str] | None = None) -> str:
    """All that Python `code` writes to a terminal so wide. stderr is the same terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "FORCE_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=PACKAGE_PARENT,
        env={**kept, "TERM": "xterm-256color", **(environment or {})},
    )
    os.close(theirs)
    written = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    assert process.wait() == 0, written.decode()
    return written.decode().replace("\r\n", "\n")


def in_pipe(code: str) -> str:
    """What the same code writes to a pipe."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=PACKAGE_PARENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    ).stdout


def plain(written: str) -> str:
    """Without colours."""
    return ANSI.sub("", written)


def cells(text: str) -> list[list[str]]:
    """The cells of every line that has some; between two are at least two blanks."""
    lines = (line.strip() for line in plain(text).splitlines())
    return [re.split(r" {2,}", line) for line in lines if line.strip("─")]


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so where the last program has closed it
        return b""
