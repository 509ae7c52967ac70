"""Apprise, the library that delivers alerts: imported on first use, with its log withheld."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apprise import Apprise

_records: ContextVar[list[logging.LogRecord] | None] = ContextVar("records", default=None)


def messenger(target: str | dict[str, Any]) -> "Apprise | None":
    """Apprise for one target, given as a URL or as its parts; None if Apprise cannot use it.

    Redirects are not followed. Apprise's own time limit is off: an exiting process would wait for
    the threads it uses.
    """
    from apprise import Apprise, AppriseAsset

    with log_kept_back():
        asset = AppriseAsset(app_id="mlops-assets", http_redirects=False, service_timeout=0)
        service = Apprise.instantiate(target, asset=asset)
        return Apprise(service, asset=asset) if service else None


@contextmanager
def log_kept_back() -> Iterator[list[logging.LogRecord]]:
    """Collect Apprise's log, down to DEBUG, in place of its handlers, because it holds addresses.

    Other users of Apprise in this process, and other threads, log as usual.
    """
    for name in ("apprise", "urllib3.connectionpool"):
        logging.getLogger(name).addFilter(_keep_back)
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    records: list[logging.LogRecord] = []
    token = _records.set(records)
    try:
        yield records
    finally:
        _records.reset(token)


def _keep_back(record: logging.LogRecord) -> bool:
    if (records := _records.get()) is None:
        return record.levelno >= logging.getLogger().level
    records.append(record)
    return False
