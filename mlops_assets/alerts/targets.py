"""The targets of an alert: each setting as an Apprise target."""

from collections.abc import Iterator
from functools import partial
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from mlops_assets.alerts.alert import Alert, email, slack_message
from mlops_assets.alerts.delivery import NO_STARTTLS, NotDeliveredError, notify
from mlops_assets.alerts.outbox import Delivery
from mlops_assets.platform.settings import Settings

TIMEOUTS = {"cto": 5, "rto": 5}
"""Seconds to connect, and to wait for each response, by Apprise's names."""
DEFAULT_PORTS = {"smtp": 25, "smtps": 465}


def deliveries(alert: Alert, settings: Settings) -> Iterator[Delivery]:
    """One per target. The log names URLs by number, because in some the host is a token."""
    for number, url in enumerate(settings.alert_urls, start=1):
        schema = url.get_secret_value().partition(":")[0]
        attempt = partial(notify, url.get_secret_value(), *email(alert))
        yield Delivery(alert.headline, f"{schema}:// (URL {number} of ALERT_URLS)", attempt)
    if settings.alert_webhook_url:
        # The path is a secret: whoever knows it can post.
        parts = urlsplit(settings.alert_webhook_url.get_secret_value())
        attempt = partial(_post, parts, alert)
        yield Delivery(alert.headline, f"{parts.scheme}://{parts.hostname}", attempt)
    if settings.alert_smtp_url:
        parts = urlsplit(settings.alert_smtp_url.get_secret_value())
        where = f"the mail server {parts.hostname}:{parts.port or DEFAULT_PORTS[parts.scheme]}"
        yield Delivery(alert.headline, where, partial(_mail, parts, settings, alert))


def _post(parts: SplitResult, alert: Alert) -> None:
    """Post Slack's format: Apprise's JSON with fields renamed, removed and added."""
    message = slack_message(alert)
    target = {
        **TIMEOUTS,
        "schema": "jsons" if parts.scheme == "https" else "json",
        "host": f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname,
        "port": parts.port,
        "fullpath": f"{parts.path}?{parts.query}" if parts.query else parts.path,
        "payload": {
            "message": "text",
            **dict.fromkeys(("version", "title", "attachments", "type"), ""),
            "blocks": message["blocks"],
        },
    }
    notify(target, "", message["text"])


def _mail(parts: SplitResult, settings: Settings, alert: Alert) -> None:
    """Encrypt if the server can; without encryption no password leaves this machine."""
    target = mail_target(parts, settings.alert_email_from, settings.alert_email_to)
    try:
        notify(target, *email(alert))
    except NotDeliveredError as failure:
        if NO_STARTTLS not in str(failure):
            raise
        if parts.username and not is_here(str(parts.hostname)):
            why = "it offers no encryption, so the password was not sent; use smtps://"
            raise NotDeliveredError(why, again=False) from failure
        notify({**target, "secure_mode": "insecure"}, *email(alert))


def mail_target(parts: SplitResult, sender: str, recipients: tuple[str, ...]) -> dict[str, Any]:
    """One message to all recipients; Apprise would send one for each that is not in copy."""
    return {
        **TIMEOUTS,
        "schema": "mailtos",
        "secure_mode": "ssl" if parts.scheme == "smtps" else "starttls",
        "host": parts.hostname,
        "smtp_host": parts.hostname,
        "port": parts.port or DEFAULT_PORTS[parts.scheme],
        # Still quoted, as in the URL: Apprise unquotes them.
        "user": parts.username,
        "password": parts.password,
        "from_addr": sender,
        "targets": recipients[0],
        "cc": ",".join(recipients[1:]),
        # So that nobody's out-of-office note answers it.
        "headers": {"Auto-Submitted": "auto-generated"},
    }


def is_here(host: str) -> bool:
    """Whether a host is this machine, judging by its name or address."""
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
