"""Colours and a spinner are for terminals alone."""

import subprocess
import sys

import pytest

from mlops_assets.platform.settings import PACKAGE_PARENT
from mlops_assets_tests.cli.pseudo_terminal import in_pipe, in_terminal, plain

pytestmark = pytest.mark.process

WORK = """
import time
from mlops_assets.cli.terminal import say, working
with working("step [one]") as now:
    say("  raw_data   done")
    now("step [two]")
    time.sleep(0.6)
    say("broken", "red", err=True)
say("gates\\n  PASS roc_auc 0.9")
"""
LINES = ["  raw_data   done", "broken", "gates", "  PASS roc_auc 0.9"]


def test_a_pipe_gets_lines_alone():
    assert in_pipe(WORK).splitlines() in (LINES, [LINES[1], LINES[0], *LINES[2:]])


def test_a_terminal_gets_a_spinner_that_leaves_only_the_lines():
    shown = in_terminal(WORK, columns=80)
    assert "step [one]" in shown
    assert "step [two] 0:00:00" in plain(shown)
    assert "\x1b[31mbroken\x1b[0m" in shown
    assert "\x1b[32mPASS\x1b[0m" in shown
    assert "\x1b[?25h" in shown  # the cursor is back
    last = [line.rsplit("\r", 1)[-1] for line in plain(shown).splitlines()]
    assert [line for line in last if line.strip() and "step" not in line] == LINES


def test_a_terminal_that_only_prints_lines_gets_lines():
    shown = in_terminal(WORK, columns=80, environment={"TERM": "dumb"})
    assert shown.splitlines() == LINES


def test_json_imports_nothing_of_rich():
    code = (
        "import sys; from mlops_assets.cli import app; import mlops_assets.cli.tables as tables; "
        "tables.print_table([['a'], ['b']]); print([it for it in sys.modules if 'rich.' in it])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE_PARENT, check=True
    )
    assert done.stdout == "a\nb\n[]\n"
