"""What data says stays on the line of the message that it is in."""

import copy
import logging
import re
from pathlib import Path

import pytest

from mlops_assets.claims import Claim
from mlops_assets.errors import InputError, logger, one_line

PACKAGE = Path(__file__).parents[1] / "mlops_assets"
FORGED = "a\n2026-01-01 INFO all is well"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1e", "\x85", "\u2028"])
def test_no_character_ends_the_line(end):
    assert one_line(f"a {end} b{end}c") == "a b c"


def test_codes_that_move_the_cursor_are_spelt():
    assert one_line("a\x1b[2Jb\x00\tc") == "a\\x1b[2Jb\\x00\tc"


def test_an_error_is_one_line_also_as_a_copy():
    error = InputError(seen=FORGED, expected=FORGED, todo=FORGED)
    assert len(str(error).splitlines()) == 1
    assert str(copy.copy(error)) == str(error)


def test_a_claim_is_one_line_each():
    claim = Claim(name="c", passed=False, observed=FORGED, bound=FORGED, todo=FORGED)
    assert [len(it.splitlines()) for it in (claim.observed, claim.bound, claim.todo)] == [1] * 3


def test_a_log_message_is_one_line(caplog):
    log = logger("mlops_assets.example")
    assert logger("mlops_assets.example").filters == log.filters
    with caplog.at_level(logging.WARNING):
        log.warning("%s: %s", "seen", FORGED)
    assert caplog.messages == ["seen: a 2026-01-01 INFO all is well"]


def test_every_module_logs_through_it():
    of_its_own = re.compile(r"logging\.getLogger\(__name__\)")
    found = [path.name for path in PACKAGE.rglob("*.py") if of_its_own.search(path.read_text())]
    assert found == []
