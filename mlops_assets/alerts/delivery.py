"""One try to deliver an alert, and a reason without secrets where it fails."""

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
"""Reasons worth repeating from Apprise's log; the rest of it may hold addresses and tokens."""
WORTH_ANOTHER_TRY = (408, 425, 429)


class NotDeliveredError(Exception):
    """Why a try failed, in words that hold no secret; `again` where another one may succeed."""

    def __init__(self, why: str, *, again: bool) -> None:
        super().__init__(why)
        self.again = again


def notify(target: str | dict[str, Any], title: str, body: str) -> None:
    """One try at one target, an Apprise URL or its parts. Raises `NotDeliveredError`."""
    apprise = messenger(target)
    if apprise is None:
        raise NotDeliveredError("Apprise cannot use this target", again=False)
    with log_kept_back() as log:
        delivered = apprise.notify(body, title, notify_type="warning", body_format="text")
    if not delivered:
        raise _failure(log)


def _failure(records: list[logging.LogRecord]) -> NotDeliveredError:
    # Other messages repeat the alert and the answer, which may hold anything.
    messages = [(it.levelno, it.getMessage()) for it in records]
    log = "\n".join(m for level, m in messages if level >= logging.WARNING or "Exception: " in m)
    if found := re.search(r"error=(\d{3})\b", log):
        status = int(found[1])
        note = "; redirects are not followed" if 300 <= status < 400 else ""
        again = status >= 500 or status in WORTH_ANOTHER_TRY
        return NotDeliveredError(f"it answered {status}{note}", again=again)
    if "was refused" in log:
        return NotDeliveredError("it refused some of the recipients", again=False)
    if found := re.search(r"\((\d{3}), b['\"]", log):  # an answer of SMTP, where 4xx is temporary
        return NotDeliveredError(f"it answered {found[1]}", again=found[1] < "500")
    why = next((phrase for phrase in PHRASES if phrase in log), "no reason is known")
    return NotDeliveredError(why, again=why != NO_STARTTLS)
