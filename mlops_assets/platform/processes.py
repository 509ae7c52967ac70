"""Recognize processes: the same one as before, and those that a killed parent left behind."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

END_SECONDS = 20
END_ROUNDS = 5
STATE, START = 0, 19  # of the fields in /proc/PID/stat after the name


def start_of(process: int) -> str | None:
    """When a process started, as text to compare; None if it is gone, "" if that cannot be seen.

    A process id is used again, but not with the same start. On Linux the start is counted from the
    start of the machine, so setting its clock changes nothing.
    """
    try:
        os.kill(process, 0)  # sends nothing
    except ProcessLookupError:
        return None
    except PermissionError:
        pass  # another user's process, but it is running
    if not Path("/proc/self/stat").exists():
        return _start_elsewhere(process)
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return None if fields[STATE] == "Z" else fields[START]


def lives(process: int, start: str = "") -> bool:
    """Whether the process runs; with `start`, whether it is the one that started then."""
    now = start_of(process)
    return now is not None and (not start or not now or now == start)


def is_newer(process: int, timestamp: float, margin: float = 60) -> bool:
    """Whether the process started after `timestamp` (seconds since 1970), so is another one."""
    import psutil

    try:
        return psutil.Process(process).create_time() > timestamp + margin
    except psutil.Error:
        return False


def marked(variable: str, value: str) -> list[psutil.Process]:
    """This user's processes, except this one, that started with `variable` set to `value`."""
    import psutil

    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(variable) == value:
                found.append(process)
    return found


def shown(process: psutil.Process) -> str:
    """Id, start and command of a process, on a line."""
    import psutil

    with suppress(psutil.Error):
        command = [Path(part).name if part.startswith("/") else part for part in process.cmdline()]
        begun = time.strftime("%Y-%m-%d %H:%M", time.localtime(process.create_time()))
        return f"{process.pid} ({begun}) {' '.join(command)[:100]}"
    return f"{process.pid} (gone)"


def end_marked(variable: str, value: str) -> int:
    """End every process that `marked` finds, and what these still start meanwhile; how many.

    Each is interrupted like Ctrl-C, and killed if it still runs after `END_SECONDS`.
    """
    ended: set[psutil.Process] = set()
    for _ in range(END_ROUNDS):
        found = marked(variable, value)
        if not found:
            break
        _end(found)
        ended.update(found)
    return len(ended)


def _end(processes: list[psutil.Process]) -> None:
    import signal

    import psutil

    for process in processes:
        with suppress(psutil.Error):
            process.send_signal(signal.SIGINT)
    for process in psutil.wait_procs(processes, END_SECONDS)[1]:
        with suppress(psutil.Error):
            process.kill()
            process.wait(END_SECONDS)


def _start_elsewhere(process: int) -> str | None:
    import psutil

    try:
        return str(psutil.Process(process).create_time())
    except psutil.NoSuchProcess:
        return None
    except psutil.Error:
        return ""
