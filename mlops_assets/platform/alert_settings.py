"""The settings of alerts: validated when read, and never shown in a message."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from mlops_assets.errors import InputError
from mlops_assets.platform.messenger import messenger

SCHEMES = ("smtp", "smtps")


def checked(given: Mapping[str, str]) -> dict[str, Any]:
    """The alert fields in `given`, in the form of `Settings`.

    Raises `InputError`, which names the variable without its value.
    """
    fields: dict[str, Any] = {k: v for k, v in given.items() if k.startswith("alert_")}
    if "alert_urls" in fields:
        fields["alert_urls"] = _targets(fields["alert_urls"])
    if "alert_webhook_url" in fields:
        _require_webhook(fields["alert_webhook_url"])
    if "alert_smtp_url" in fields:
        _require_mail_server(fields["alert_smtp_url"])
    if "alert_email_to" in fields:
        fields["alert_email_to"] = _addresses("ALERT_EMAIL_TO", fields["alert_email_to"])
    if "alert_email_from" in fields:
        _require_address("ALERT_EMAIL_FROM", fields["alert_email_from"])
    _require_both(fields)
    return fields


def _targets(text: str) -> tuple[str, ...]:
    """URLs separated by white space, or by commas before another URL: many contain commas."""
    urls = [url.strip(",") for url in re.split(r"\s+|,(?=\w+://)", text)]
    for number, url in enumerate(urls := [url for url in urls if url], start=1):
        if messenger(url) is None:
            raise InputError(
                seen=f"URL {number} of {len(urls)} in ALERT_URLS is not one that Apprise can use",
                expected="URLs such as slack://… or mailtos://user:password@host?to=… separated by "
                "blanks; a blank in one as %20. Apprise's documentation lists them",
                todo="correct ALERT_URLS, or install what Apprise needs for that service",
            )
    return tuple(urls)


def _require_mail_server(url: str) -> None:
    parts = _split(url)
    if parts is None or parts.scheme not in SCHEMES:
        raise _not_a_mail_server()
    # A `/`, `?` or `#` in a password ends the host too early unless written as %2F and so on.
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise _not_a_mail_server()
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    # Python's smtplib logs in with ASCII only.
    if bool(user) != bool(password) or not (user + password).isascii():
        raise _not_a_mail_server()


def _require_webhook(url: str) -> None:
    parts = _split(url)
    if parts is None or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        raise InputError(
            seen="ALERT_WEBHOOK_URL is not the address of a webhook",
            expected="https://host/path or http://host/path, without user name or blanks",
            todo="correct ALERT_WEBHOOK_URL, or unset it to send no messages",
        )


def _split(url: str) -> SplitResult | None:
    """The parts of an address with a host; otherwise None, as urllib's errors show the address."""
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
    from apprise.utils.parse import is_email

    found = is_email(address)
    if not found or found["full_email"] != address:
        raise InputError(
            seen=f"{variable} holds something that is not an e-mail address",
            expected="an address such as team@example.com; several recipients separated by commas",
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
        "characters of the password escaped, such as %40 for @",
        todo="correct ALERT_SMTP_URL, or unset it to send no e-mail",
    )
