"""Sends alerts: to the log at once, and to every target in the background."""

import logging
import threading

from mlops_assets.alerts.alert import Alert
from mlops_assets.alerts.outbox import Outbox
from mlops_assets.alerts.targets import deliveries
from mlops_assets.platform.settings import Settings

# One for each target, so that one that hangs does not hold up another.
OUTBOXES: dict[str, Outbox] = {}


def send(alert: Alert, settings: Settings, log: logging.Logger) -> list[threading.Thread]:
    """Write the alert to `log`, hand it to what `settings` configure, and return at once.

    A delivery has three tries, of 15 seconds each at most; a failed one is logged, once and
    without secrets, by `outbox`. The threads that deliver it end when nothing waits any more: a
    short-lived process joins each with a timeout, a server forgets them.
    """
    log.warning(" ".join(f"{alert.headline}: {alert.text} {alert.link}".split()))
    return [
        OUTBOXES.setdefault(it.where, Outbox(f"alerts to {it.where}")).put(it)
        for it in deliveries(alert, settings)
    ]
