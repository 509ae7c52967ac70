"""Alerts waiting for delivery, and the one thread that delivers them."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from mlops_assets.alerts.delivery import NotDeliveredError
from mlops_assets.errors import logger

LIMIT = 100
"""Maximum number of waiting alerts. More means that nothing was delivered for a long time."""
TRY_SECONDS = 15
"""Maximum duration of one attempt, even if data still arrives: a socket timeout restarts with
every byte. A longer attempt is abandoned in its thread, so an alert that a slow target accepts
after all may arrive more than once."""
PAUSES = (1, 4)
"""Seconds before the second and the third attempt; there is no fourth."""

# By the time a delivery fails, the tick that raised the alert is over, and so is its own log.
log = logger(__name__)


class Delivery(NamedTuple):
    """One alert to deliver: its headline, its target (without secrets), and a single attempt."""

    headline: str
    where: str
    attempt: Callable[[], None]


class Outbox:
    """Delivers alerts one by one, in a thread that ends when none is waiting.

    The thread is a daemon: an exiting process does not wait for a hanging server, and alerts not
    delivered by then are only in the log.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: deque[Delivery] = deque()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, delivery: Delivery) -> threading.Thread:
        """Queue a delivery and return at once, with the thread that will deliver it."""
        with self._lock:
            dropped = self._waiting.popleft() if len(self._waiting) == LIMIT else None
            self._waiting.append(delivery)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            thread = self._thread
        if dropped:
            _report(dropped, f"more than {LIMIT} alerts are waiting, and this is the oldest")
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
