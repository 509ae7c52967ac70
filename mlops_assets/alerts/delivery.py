"""What every way of delivering an alert has: a time limit, and a reason without secrets."""

import socket
import threading
from contextlib import suppress
from typing import Any

STEP_SECONDS = 5
"""How long connecting, and each wait for the other side, may take."""
TRY_SECONDS = 15
"""How long one try may take from its connection to the last answer."""


class NotDeliveredError(Exception):
    """Why a try failed, in words that hold no secret; `again` where another one may succeed."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again


class TimeLimit:
    """Cuts a connection after `TRY_SECONDS`, however busy it looks.

    A socket's own timeout starts anew with every byte that arrives. Use it with `with`, and set
    `connection` to what holds the socket as `sock`.
    """

    def __init__(self) -> None:
        self.connection: Any = None
        self.passed = False
        self._done = threading.Event()

    def __enter__(self) -> "TimeLimit":
        threading.Thread(target=self._watch, name="alert time limit", daemon=True).start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._done.set()

    def failure(self, error: Exception) -> NotDeliveredError:
        """What `error`, raised under this limit, is to a person."""
        if self.passed:
            return NotDeliveredError(f"not done within {TRY_SECONDS} seconds", again=True)
        return NotDeliveredError(_reason(error), again=not isinstance(error, ValueError))

    def _watch(self) -> None:
        wait: float = TRY_SECONDS
        while not self._done.wait(wait):
            # Again and again: the socket may have been opened, or exchanged for TLS, just now.
            self.passed, wait = True, 1
            self._cut(getattr(self.connection, "sock", None))

    def _cut(self, sock: socket.socket | None) -> None:
        if sock is not None:
            with suppress(OSError):
                # Not sock.shutdown: that of TLS is not meant for another thread.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _reason(error: Exception) -> str:
    """In words of the operating system or our own: a library's may show the address."""
    if isinstance(error, TimeoutError):
        return f"no answer within {STEP_SECONDS} seconds"
    if isinstance(error, UnicodeError):
        return "its name, or the text, cannot be encoded"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
