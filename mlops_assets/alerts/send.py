"""Sends alerts: to the log at once, to a webhook and by e-mail in the background."""

import logging
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from mlops_assets.alerts.alert import Alert
from mlops_assets.alerts.outbox import Delivery, Outbox
from mlops_assets.platform.alert_settings import smtp_server
from mlops_assets.platform.settings import Settings

# One for each way, so that a webhook that hangs does not hold up the e-mail.
WEBHOOK, EMAIL = Outbox("alerts by webhook"), Outbox("alerts by e-mail")


def send(alert: Alert, settings: Settings, log: logging.Logger) -> list[threading.Thread]:
    """Write the alert to `log`, hand it to what `settings` configure, and return at once.

    A delivery has three tries, of 15 seconds each at most; a failed one is told, once and
    without secrets, to the logger of `alert_outbox`. The threads that deliver it end when nothing
    waits any more: a short-lived process joins each with a timeout, a server forgets them.
    """
    log.warning(_line(alert))
    return [outbox.put(delivery) for outbox, delivery in _deliveries(alert, settings)]


def _line(alert: Alert) -> str:
    return " ".join(f"{alert.headline}: {alert.text} {alert.link}".split())


def _deliveries(alert: Alert, settings: Settings) -> Iterator[tuple[Outbox, Delivery]]:
    if settings.alert_webhook_url:
        yield WEBHOOK, _by_webhook(alert, settings.alert_webhook_url.get_secret_value())
    if settings.alert_smtp_url:
        yield EMAIL, _by_email(alert, settings.alert_smtp_url.get_secret_value(), settings)


def _by_webhook(alert: Alert, url: str) -> Delivery:
    def attempt() -> None:
        from mlops_assets.alerts.webhook import post

        post(alert, url)

    # The path is a secret: whoever knows it can post.
    parts = urlsplit(url)
    return Delivery(alert.headline, f"{parts.scheme}://{parts.hostname}", attempt)


def _by_email(alert: Alert, url: str, settings: Settings) -> Delivery:
    server = smtp_server(url)
    sender, recipients = settings.alert_email_from, settings.alert_email_to

    def attempt() -> None:
        from mlops_assets.alerts.mail import mail

        mail(alert, server, sender=sender, recipients=recipients)

    return Delivery(alert.headline, f"the mail server {server.host}:{server.port}", attempt)
