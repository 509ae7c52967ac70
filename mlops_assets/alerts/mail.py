"""Sends an alert by e-mail."""

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import closing, suppress
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from typing import Any

from mlops_assets.alerts.alert import Alert, email
from mlops_assets.alerts.delivery import STEP_SECONDS, NotDeliveredError, TimeLimit
from mlops_assets.platform.alert_settings import SmtpServer


def mail(alert: Alert, server: SmtpServer, *, sender: str, recipients: Sequence[str]) -> None:
    """One try. Raises `NotDeliveredError`, also where the server refuses one of the recipients."""
    with TimeLimit() as limit:
        try:
            with closing(_connect(server, limit)) as client:
                _secure(client, server)
                refused = client.send_message(_message(alert, sender, recipients))
                with suppress(smtplib.SMTPException):  # the message is accepted by now
                    client.quit()
        except smtplib.SMTPException as error:
            raise _refusal(error, limit) from error
        except (OSError, ValueError) as error:
            raise limit.failure(error) from error
    if refused:
        raise NotDeliveredError(f"it refused {len(refused)} of the recipients", again=False)


def may_log_in(*, encrypted: bool, peer: str) -> bool:
    """Whether a password may be sent: encrypted, or to this machine (`peer`, an IP address)."""
    return encrypted or ip_address(peer.partition("%")[0]).is_loopback


def _connect(server: SmtpServer, limit: TimeLimit) -> smtplib.SMTP:
    if server.tls:
        context = ssl.create_default_context()
        return _LimitedTls(limit, server.host, server.port, timeout=STEP_SECONDS, context=context)
    return _Limited(limit, server.host, server.port, timeout=STEP_SECONDS)


def _secure(client: smtplib.SMTP, server: SmtpServer) -> None:
    """Encrypt where the server offers it, and log in where there is a user."""
    client.ehlo_or_helo_if_needed()
    if not server.tls and client.has_extn("starttls"):
        client.starttls(context=ssl.create_default_context())
    if server.user:
        sock: Any = client.sock
        if not may_log_in(encrypted=isinstance(sock, ssl.SSLSocket), peer=sock.getpeername()[0]):
            raise NotDeliveredError(
                "it offers no encryption, so the password was not sent; use smtps://", again=False
            )
        client.login(server.user, server.password)


def _message(alert: Alert, sender: str, recipients: Sequence[str]) -> EmailMessage:
    subject, body = email(alert)
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, sender, ", ".join(recipients)
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    # So that nobody's out-of-office note answers it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def _refusal(error: smtplib.SMTPException, limit: TimeLimit) -> NotDeliveredError:
    """In our words and the server's code: its text may repeat what it was sent."""
    if limit.passed or isinstance(error, smtplib.SMTPServerDisconnected):
        return limit.failure(ConnectionError(0, "it closed the connection or did not answer"))
    if isinstance(error, smtplib.SMTPAuthenticationError):
        why = f"it refused the user name or the password ({error.smtp_code})"
        return NotDeliveredError(why, again=False)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return NotDeliveredError("it refused every recipient", again=False)
    if isinstance(error, smtplib.SMTPResponseException):
        again = 400 <= error.smtp_code < 500
        return NotDeliveredError(f"it answered {error.smtp_code}", again=again)
    return NotDeliveredError(f"it lacks what is needed ({type(error).__name__})", again=False)


class _Limited(smtplib.SMTP):
    """Can be cut from the start: the constructor already connects."""

    def __init__(self, limit: TimeLimit, *where: Any, **options: Any) -> None:
        limit.connection = self
        super().__init__(*where, **options)


class _LimitedTls(smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""

    def __init__(self, limit: TimeLimit, *where: Any, **options: Any) -> None:
        limit.connection = self
        super().__init__(*where, **options)
