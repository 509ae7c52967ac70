"""Alerts that wait for their delivery, and the one thread that delivers them."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from mlops_assets.alerts.delivery import NotDeliveredError

LIMIT = 100
"""How many alerts may wait. More means that nothing has got through for long."""
TRY_SECONDS = 15
"""How long one try may take, however busy it looks: a timeout of a socket starts anew with every
byte. A try that takes longer is left behind in its thread, so that an alert that a slow target
takes after all may arrive more than once."""
PAUSES = (1, 4)
"""Seconds before the second and the third try; there is no fourth."""

# The tick that raised an alert is over when its delivery fails, and so is the tick's own log.
log = logging.getLogger(__name__)


class Delivery(NamedTuple):
    """One alert on its way: its headline, where to (without secrets), and how to try once."""

    headline: str
    where: str
    attempt: Callable[[], None]


class Outbox:
    """Delivers one alert after another, in a thread that ends when none waits.

    The thread is a daemon: an exiting process does not wait for a server that hangs, and what
    has not been delivered by then is in the log alone.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: deque[Delivery] = deque()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, delivery: Delivery) -> threading.Thread:
        """Queue it and return at once; the thread that will deliver it."""
        with self._lock:
            dropped = self._waiting.popleft() if len(self._waiting) == LIMIT else None
            self._waiting.append(delivery)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            thread = self._thread
        if dropped:
            _report(dropped, f"more than {LIMIT} alerts wait and it is the oldest")
        return thread

    def _run(self) -> None:
        while delivery := self._next():
            _deliver(delivery)

    def _next(self) -> Delivery | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._thread = None
            return None


def _deliver(delivery: Delivery) -> None:
    for pause in (*PAUSES, None):
        failure = _try(delivery)
        if failure is None:
            break
        if pause is None or not failure.again:
            _report(delivery, str(failure))
            break
        time.sleep(pause)


def _try(delivery: Delivery) -> NotDeliveredError | None:
    failures: list[NotDeliveredError] = []

    def run() -> None:
        try:
            delivery.attempt()
        except NotDeliveredError as failure:
            failures.append(failure)
        except Exception as error:  # noqa: BLE001 - a plugin's; its text may hold an address
            failures.append(NotDeliveredError(type(error).__name__, again=False))

    name = f"{threading.current_thread().name}, one try"
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    thread.join(TRY_SECONDS)
    if thread.is_alive():
        return NotDeliveredError(f"not done within {TRY_SECONDS} seconds", again=True)
    return failures[0] if failures else None


def _report(delivery: Delivery, why: str) -> None:
    log.error(f"Not delivered to {delivery.where}: {delivery.headline!r}: {why}")
