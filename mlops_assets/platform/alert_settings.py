"""The settings of alerts: checked when they are read, and never shown in a message."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from mlops_assets.errors import InputError

DEFAULT_PORTS = {"smtp": 25, "smtps": 465}
ADDRESS = re.compile(r"[!-~]+@[!-~]+")
"""Printable ASCII around an `@`: enough to find a slip. What is an address, the server says."""


class SmtpServer(NamedTuple):
    """A mail server. `tls` is true where the connection is encrypted from its first byte."""

    tls: bool
    host: str
    port: int
    user: str = ""
    password: str = ""


def checked(given: Mapping[str, str]) -> dict[str, Any]:
    """The fields of alerts among `given`, as `Settings` takes them.

    Raises `InputError`, which names the variable and shows nothing of its value.
    """
    fields: dict[str, Any] = {k: v for k, v in given.items() if k.startswith("alert_")}
    if "alert_webhook_url" in fields:
        _require_webhook(fields["alert_webhook_url"])
    if "alert_smtp_url" in fields:
        smtp_server(fields["alert_smtp_url"])
    if "alert_email_to" in fields:
        fields["alert_email_to"] = _addresses("ALERT_EMAIL_TO", fields["alert_email_to"])
    if "alert_email_from" in fields:
        _require_address("ALERT_EMAIL_FROM", fields["alert_email_from"])
    _require_both(fields)
    return fields


def smtp_server(url: str) -> SmtpServer:
    """What ALERT_SMTP_URL names. Raises `InputError` where it cannot be read."""
    parts = _split(url)
    if parts is None or parts.scheme not in DEFAULT_PORTS:
        raise _not_a_mail_server()
    # A `/`, `?` or `#` of a password, not written as %2F and the like, ends the host too early.
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise _not_a_mail_server()
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    # Python's smtplib logs in with ASCII only.
    if bool(user) != bool(password) or not (user + password).isascii():
        raise _not_a_mail_server()
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    return SmtpServer(parts.scheme == "smtps", str(parts.hostname), port, user, password)


def _require_webhook(url: str) -> None:
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        raise InputError(
            seen="ALERT_WEBHOOK_URL is not the address of a webhook",
            expected="https://host/path or http://host/path, without user name and blanks",
            todo="correct ALERT_WEBHOOK_URL, or unset it to send no messages",
        )


def _split(url: str) -> SplitResult | None:
    """The parts of an address with a host, or None. urllib's errors would show the address."""
    try:
        parts = urlsplit(url)
        usable = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if usable and re.fullmatch("[!-~]+", url) else None


def _addresses(variable: str, text: str) -> tuple[str, ...]:
    addresses = tuple(part.strip() for part in text.split(",") if part.strip())
    for address in addresses:
        _require_address(variable, address)
    return addresses


def _require_address(variable: str, address: str) -> None:
    if not ADDRESS.fullmatch(address):
        raise InputError(
            seen=f"{variable} holds something that is not an e-mail address",
            expected="an address such as team@example.com; several recipients with commas between",
            todo=f"correct {variable}",
        )


def _require_both(fields: Mapping[str, Any]) -> None:
    pair = {"alert_smtp_url": "ALERT_SMTP_URL", "alert_email_to": "ALERT_EMAIL_TO"}
    given = [variable for field, variable in pair.items() if fields.get(field)]
    if len(given) == 1:
        (missing,) = set(pair.values()) - set(given)
        raise InputError(
            seen=f"{given[0]} is set and {missing} is not",
            expected="both for alerts by e-mail, or neither",
            todo=f"set {missing}, or unset {given[0]}",
        )


def _not_a_mail_server() -> InputError:
    return InputError(
        seen="ALERT_SMTP_URL is not the address of a mail server",
        expected="smtp://host:port or smtps://user:password@host:port in ASCII, with special "
        "characters of the password as %40 for @ and the like",
        todo="correct ALERT_SMTP_URL, or unset it to send no e-mail",
    )
