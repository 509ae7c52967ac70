"""A process is told apart from a later one with the same id, and found by its mark."""

import os
import subprocess
import sys
import time

import pytest

from mlops_assets.platform.processes import end_marked, is_newer, lives, marked, shown, start_of

pytestmark = pytest.mark.process
# Like a supervisor that was about to start a process when it was interrupted.
SUPERVISOR = """
import signal, subprocess, sys, time

def start(*_):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    sys.exit()

signal.signal(signal.SIGINT, start)
print("up", flush=True)
time.sleep(60)
"""
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
        assert end_marked("MARKED", "this") == 1
        assert start_of(ours.pid) is None
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_what_an_ended_process_started_last_is_ended_too():
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR],
        env={**os.environ, "MARKED": "supervised"},
        stdout=subprocess.PIPE,
    )
    assert supervisor.stdout
    supervisor.stdout.readline()
    assert end_marked("MARKED", "supervised") == 2
    assert not marked("MARKED", "supervised")
    assert end_marked("MARKED", "supervised") == 0
