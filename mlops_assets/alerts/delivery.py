"""One attempt to deliver an alert; a failure gives a reason without secrets."""

import logging
import re
from typing import Any

from mlops_assets.platform.messenger import log_kept_back, messenger

NO_STARTTLS = "STARTTLS extension not supported"
PHRASES = (
    NO_STARTTLS,
    "certificate verify failed",
    "Connection refused",
    "timed out",
    "Name or service not known",
    "Connection aborted",
    "Connection unexpectedly closed",
    "label empty or too long",
)
"""Reasons in Apprise's log that are safe to repeat; the rest may hold addresses and tokens."""
RETRYABLE = (408, 425, 429)


class NotDeliveredError(Exception):
    """Why an attempt failed, without secrets; `again` if a retry may succeed."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again


def notify(target: str | dict[str, Any], title: str, body: str) -> None:
    """Make one attempt at one target, an Apprise URL or its parts. Raises `NotDeliveredError`."""
    apprise = messenger(target)
    if apprise is None:
        raise NotDeliveredError("Apprise cannot use this target", again=False)
    with log_kept_back() as log:
        delivered = apprise.notify(body, title, notify_type="warning", body_format="text")
    if not delivered:
        raise _failure(log)


def _failure(records: list[logging.LogRecord]) -> NotDeliveredError:
    # Other messages repeat the alert and the response, which may contain anything.
    messages = [(it.levelno, it.getMessage()) for it in records]
    log = "\n".join(m for level, m in messages if level >= logging.WARNING or "Exception: " in m)
    if found := re.search(r"error=(\d{3})\b", log):
        status = int(found[1])
        note = "; redirects are not followed" if 300 <= status < 400 else ""
        again = status >= 500 or status in RETRYABLE
        return NotDeliveredError(f"it answered {status}{note}", again=again)
    if "was refused" in log:
        return NotDeliveredError("it refused some of the recipients", again=False)
    if found := re.search(r"\((\d{3}), b['\"]", log):  # an SMTP response, where 4xx is temporary
        return NotDeliveredError(f"it answered {found[1]}", again=found[1] < "500")
    why = next((phrase for phrase in PHRASES if phrase in log), "unknown reason")
    return NotDeliveredError(why, again=why != NO_STARTTLS)
