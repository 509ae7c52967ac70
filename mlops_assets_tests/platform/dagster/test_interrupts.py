"""An interrupt is heard even where Python drops the exception it raises."""

import signal
import threading
import time
import warnings

import pytest

from mlops_assets.platform.dagster.interrupts import insist_on_interrupts


class InterruptsWhileDying:
    """Python drops what `__del__` raises."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def wait(seconds: float = 10) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def _python_drops_it_with_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pytest.PytestUnraisableExceptionWarning)
        yield


def test_an_interrupt_that_python_drops_is_repeated():
    def body():
        with insist_on_interrupts():
            dying.clear()
            wait()

    dying = [InterruptsWhileDying()]
    with pytest.raises(KeyboardInterrupt):
        body()


def test_an_interrupt_that_is_heard_is_not_repeated_after_the_body():
    def body():
        with insist_on_interrupts():
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        body()
    wait(1.5)


def test_handlers_are_as_before_and_other_threads_are_left_alone():
    before = signal.getsignal(signal.SIGINT)
    with insist_on_interrupts():
        pass
    assert signal.getsignal(signal.SIGINT) is before
    seen = []

    def body():
        with insist_on_interrupts():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert seen == [before]
