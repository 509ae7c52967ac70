"""A process is told apart from a later one with the same id, and found by its mark."""

import os
import subprocess
import sys
import time

import pytest

from mlops_assets.platform.processes import end, is_newer, lives, marked, shown, start_of

pytestmark = pytest.mark.process
SLEEPING = "import signal, time; print('up', flush=True); time.sleep(60)"


def test_a_process_is_the_one_that_started_then():
    own = os.getpid()
    start = start_of(own)
    assert start
    assert lives(own, start)
    assert lives(own)
    assert not lives(own, f"{start}0")
    assert not is_newer(own, time.time())
    assert is_newer(own, time.time() - 365 * 86_400)


def test_a_process_that_ended_does_not_live_even_if_nobody_has_waited_for_it():
    ended = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert ended.stdout
    ended.stdout.read()
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert start_of(ended.pid) is None
    ended.wait()
    assert not lives(ended.pid)


def test_marked_processes_are_found_named_and_ended():
    ours, other = (
        subprocess.Popen(
            [sys.executable, "-c", SLEEPING],
            env={**os.environ, "MARKED": value},
            stdout=subprocess.PIPE,
        )
        for value in ("this", "that")
    )
    try:
        for process in (ours, other):
            assert process.stdout
            process.stdout.readline()
        found = marked("MARKED", "this")
        assert [it.pid for it in found] == [ours.pid]
        assert shown(found[0]).startswith(f"{ours.pid} (")
        assert "-c" in shown(found[0])
        end(found)
        assert start_of(ours.pid) is None
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
