"""The steps of a real run are seen in a terminal, and their own output stays in Dagster's logs."""

import pytest

from mlops_assets_tests.cli.pseudo_terminal import in_pipe, in_terminal, plain

RUN = """
import uuid, time
import dagster as dg
from mlops_assets.cli.progress import Progress
from mlops_assets.cli.runs import QUIET
from mlops_assets.cli.terminal import working
from mlops_assets.errors import InputError

@dg.op
def m_raw_data():
    time.sleep(0.6)

@dg.op(ins={"after": dg.In(dg.Nothing)})
def m_features():
    raise InputError(seen="a", expected="b", todo="c")

@dg.job
def m_retrain():
    m_features(m_raw_data())

with dg.instance_for_test() as instance:
    run_id = str(uuid.uuid4())
    with working("m retrain") as now:
        instance.add_event_listener(run_id, Progress("m", now=now))
        m_retrain.execute_in_process(
            instance=instance, run_id=run_id, run_config=QUIET, raise_on_error=False
        )
"""


@pytest.mark.process
def test_a_terminal_gets_each_step_in_colour_and_the_one_that_is_going_on():
    shown = in_terminal(RUN, columns=80)
    assert "raw_data 0:00:0" in plain(shown)
    assert "  raw_data             done   " in plain(shown)
    assert "\x1b[31m  features             FAILED" in shown
    assert "\x1b[31m    a. Expected: b. To do: c" in shown


@pytest.mark.process
def test_a_pipe_gets_a_line_for_each_step():
    lines = in_pipe(RUN).splitlines()
    assert [line.split()[:2] for line in lines if line.endswith(" s")] == [
        ["raw_data", "done"],
        ["features", "FAILED"],
    ]
    assert "    a. Expected: b. To do: c." in lines
    assert not any("\x1b" in line or "retrain" in line for line in lines)
