"""Alerts by e-mail: the message, encryption, and what a server can refuse."""

from email import message_from_bytes, policy

import pytest

from mlops_assets.alerts import outbox as alert_outbox
from mlops_assets.alerts import targets as alert_targets
from mlops_assets.alerts.alert import email
from mlops_assets.alerts.targets import is_here
from mlops_assets_tests.alerts.alert_servers import drip, mailbox
from mlops_assets_tests.alerts.conftest import OUTBOX

LOGIN = "me:s3cret%40%2F%3A"
TO = {"ALERT_EMAIL_TO": "a@example.com, b@example.com", "ALERT_EMAIL_FROM": "from@example.com"}


def failures(caplog) -> list[str]:
    """What was told about deliveries; no line of the log may hold the password."""
    assert "s3cret" not in caplog.text
    return [it.getMessage() for it in caplog.records if it.name == OUTBOX]


def test_the_message(deliver, alert, caplog):
    with mailbox() as server:
        deliver(ALERT_SMTP_URL=f"smtp://{server.place}", **TO)
    (raw,) = server.messages
    message = message_from_bytes(raw, policy=policy.default)
    assert message["Subject"] == email(alert).subject
    assert (message["From"], message["To"]) == ("from@example.com", "a@example.com")
    assert message["Cc"] == "b@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"]
    assert message["Message-ID"].endswith("@127.0.0.1>")
    assert message.get_content().replace("\r\n", "\n") == email(alert).body
    envelope = [line for line in server.commands if line.lower().startswith(("mail", "rcpt"))]
    assert [line.partition(":")[2].split()[0] for line in envelope] == [
        "<from@example.com>",
        "<a@example.com>",
        "<b@example.com>",
    ]
    # The server hung up at QUIT: the message had arrived, and once is enough.
    assert failures(caplog) == []


def test_a_password_goes_to_this_machine_without_encryption(deliver, caplog):
    with mailbox() as server:
        deliver(ALERT_SMTP_URL=f"smtp://{LOGIN}@{server.place}", **TO)
    assert (len(server.messages), server.encrypted_login) == (1, False)
    assert failures(caplog) == []


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("fe80::1%eth0", False),
        ("mail.example.com", False),
    ],
)
def test_hosts_that_are_this_machine(host, here):
    assert is_here(host) is here


def test_a_password_goes_elsewhere_only_with_it(deliver, monkeypatch, caplog):
    monkeypatch.setattr(alert_targets, "is_here", lambda host: False)
    with mailbox() as server:
        deliver(ALERT_SMTP_URL=f"smtp://{LOGIN}@{server.place}", **TO)
    assert (server.messages, server.encrypted_login) == ([], None)
    assert not [line for line in server.commands if line.startswith("AUTH")]
    assert "it offers no encryption, so the password was not sent" in failures(caplog)[0]


def test_starttls_comes_before_the_password(deliver, tls, trusted, caplog):
    with mailbox(starttls=tls) as server:
        deliver(ALERT_SMTP_URL=f"smtp://{LOGIN}@{server.place}", **TO)
    assert (len(server.messages), server.encrypted_login) == (1, True)
    assert failures(caplog) == []


def test_smtps(deliver, tls, trusted, caplog):
    with mailbox(tls=tls) as server:
        deliver(ALERT_SMTP_URL=f"smtps://{LOGIN}@{server.place}", **TO)
    assert (len(server.messages), server.encrypted_login) == (1, True)
    assert failures(caplog) == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_nobody_vouches_for_gets_nothing(deliver, tls, caplog, scheme):
    how = {"starttls": tls} if scheme == "smtp" else {"tls": tls}
    with mailbox(**how) as server:
        deliver(ALERT_SMTP_URL=f"{scheme}://{LOGIN}@{server.place}", **TO)
    assert (server.messages, server.encrypted_login) == ([], None)
    assert "certificate verify failed" in failures(caplog)[0]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"AUTH": "535 no, s3cret@/: is wrong"}, "it answered 535"),
        ({"RCPT": "550 nobody"}, "it refused some of the recipients"),
        ({"MAIL": "550 go away"}, "it answered 550"),
        ({"DATA": "554 no"}, "it answered 554"),
    ],
)
def test_a_refusal_is_told_in_words(deliver, caplog, answers, why):
    with mailbox(answers) as server:
        deliver(ALERT_SMTP_URL=f"smtp://{LOGIN}@{server.place}", **TO)
    where = f"Not delivered to the mail server {server.place}"
    assert failures(caplog) == [f"{where}: 'heart_disease: escalated on 2026-01-05': {why}"]


def test_a_busy_server_is_asked_again(deliver, caplog):
    with mailbox({"MAIL": "451 later"}) as server:
        deliver(ALERT_SMTP_URL=f"smtp://{server.place}", **TO)
    assert len(server.messages) == 1
    assert failures(caplog) == []


def test_nobody_there(deliver, caplog):
    deliver(ALERT_SMTP_URL=f"smtp://{LOGIN}@127.0.0.1:1", **TO)
    assert failures(caplog)[0].endswith(": Connection refused")


def test_a_greeting_without_end_is_cut(deliver, monkeypatch, caplog):
    monkeypatch.setattr(alert_outbox, "TRY_SECONDS", 0.2)
    with mailbox(greet=drip) as server:
        deliver(ALERT_SMTP_URL=f"smtp://{server.place}", **TO)
    assert failures(caplog)[0].endswith(": not done within 0.2 seconds")
