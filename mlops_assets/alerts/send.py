"""Send alerts: to the log at once, and to every target in the background."""

import logging
import threading

from mlops_assets.alerts.alert import Alert
from mlops_assets.alerts.outbox import Outbox
from mlops_assets.alerts.targets import deliveries
from mlops_assets.platform.settings import Settings

# One per target, so that a hanging target does not delay the others.
OUTBOXES: dict[str, Outbox] = {}


def send(alert: Alert, settings: Settings, log: logging.Logger) -> list[threading.Thread]:
    """Write the alert to `log`, queue it for every target in `settings`, and return at once.

    A delivery has three attempts of at most 15 seconds each; a failure is logged once, without
    secrets, by `outbox`. The delivery threads end when no alert is waiting: a short-lived process
    joins each with a timeout, a server can ignore them.
    """
    log.warning(" ".join(f"{alert.headline}: {alert.text} {alert.link}".split()))
    return [
        OUTBOXES.setdefault(it.where, Outbox(f"alerts to {it.where}")).put(it)
        for it in deliveries(alert, settings)
    ]
