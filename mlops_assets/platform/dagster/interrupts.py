"""Make sure that a terminated run ends, whatever code it is executing."""

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS_BETWEEN = 1.0
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def insist_on_interrupts() -> Iterator[None]:
    """Repeat an interrupt once a second until the body has ended.

    Dagster sends it once, and Python ignores exceptions that a signal handler raises inside a weak
    reference callback or `__del__`, which a fit runs thousands of times a second.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread can have signal handlers
        return
    handlers, over = {number: signal.getsignal(number) for number in SIGNALS}, threading.Event()

    def repeat(number: signal.Signals) -> None:
        while not over.wait(SECONDS_BETWEEN):
            _thread.interrupt_main(number)

    def first(given: int, frame: FrameType | None) -> None:
        number = signal.Signals(given)
        handler = handlers[number]
        signal.signal(number, handler)
        threading.Thread(target=repeat, args=[number], daemon=True).start()
        if callable(handler):
            handler(number, frame)

    for number, handler in handlers.items():
        if callable(handler):
            signal.signal(number, first)
    try:
        yield
    finally:
        over.set()
        for number, handler in handlers.items():
            signal.signal(number, handler)
