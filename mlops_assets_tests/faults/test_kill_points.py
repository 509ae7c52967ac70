"""A process that is killed while it changes a stage leaves nothing half-done behind."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.process

WRITES = {
    "stage": 9,
    "promote": 9,
    "force": 9,
    "reject": 6,
    "archive": 5,
    "rollback": 10,
    "delete": 3,
    "rename": 6,
}


def tried(*options: str) -> tuple[int, list[dict]]:
    code = [sys.executable, "-W", "ignore", "-m", "mlops_assets_tests.faults.kill_points"]
    done = subprocess.run([*code, *options], capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert lines, done.stderr
    return done.returncode, [json.loads(line) for line in lines]


def test_killed_before_and_after_every_write_all_agrees_after_recovery():
    code, outcomes = tried()
    assert {it["action"]: it["writes"] for it in outcomes} == WRITES
    assert sum(it["points"] for it in outcomes) == 2 * sum(WRITES.values())
    assert [it["inconsistent"] for it in outcomes] == [[]] * len(WRITES)
    assert code == 0


def test_the_same_with_the_ledger_in_postgresql(postgres):
    code, outcomes = tried("--ledger", postgres, "--actions", "promote,rollback")
    assert [(it["points"], it["inconsistent"]) for it in outcomes] == [(18, []), (20, [])]
    assert code == 0


def test_without_recovery_the_same_test_finds_what_is_left_half_done():
    code, (archive,) = tried("--no-recovery", "--actions", "archive")
    assert len(archive["inconsistent"]) >= archive["points"] - 3
    assert code == 1
