"""How the server shares the interpreter between its threads."""

import sys

import pytest

from mlops_assets.serving.server import TURN_SECONDS, short_turns


def test_a_thread_that_loads_a_version_gives_way_to_requests_at_once():
    usual = sys.getswitchinterval()
    with short_turns():
        assert sys.getswitchinterval() == pytest.approx(TURN_SECONDS)
    assert sys.getswitchinterval() == usual > 10 * TURN_SECONDS
