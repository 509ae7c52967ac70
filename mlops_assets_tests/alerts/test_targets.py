"""ALERT_URLS, and the mail server as Apprise reads it: nothing of a URL is shown."""

import logging
import subprocess
import sys
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest

from mlops_assets.alerts import outbox as alert_outbox
from mlops_assets.alerts.alert import email
from mlops_assets.alerts.targets import mail_target
from mlops_assets.platform.messenger import messenger
from mlops_assets_tests.alerts.alert_servers import babble, drip, hang, mailbox, webhook
from mlops_assets_tests.alerts.test_send import FAILED, PATH, failures

WHERE = f"Not delivered to json:// (URL 1 of ALERT_URLS): {FAILED}"


def json_url(server) -> str:
    """The server as a target of Apprise, with a secret in user, path, and query."""
    return server.url.replace("http://", "json://me:T0K3N@") + PATH


def test_every_target_gets_title_and_body(deliver, alert, caplog):
    subject, body = email(alert)
    with webhook() as first, webhook() as second, mailbox() as post:
        mail = f"mailto://me:T0K3N@{post.place}?from=me@example.com&to=a@example.com,b@example.com"
        deliver(ALERT_URLS=f"{json_url(first)}\n{json_url(second)}  {mail}")
    for server in (first, second):
        ((path, headers, got),) = server.received
        assert path == "/services/T0K3N"
        assert (got["title"], got["message"]) == (subject, body.rstrip())
        assert headers["User-Agent"] == "mlops-assets"
    messages = [message_from_bytes(raw, policy=policy.default) for raw in post.messages]
    assert [it["To"] for it in messages] == ["a@example.com", "b@example.com"]
    assert {it["Subject"] for it in messages} == {subject}
    assert failures(caplog) == []


@pytest.mark.parametrize(
    ("answers", "tries", "why"),
    [
        ((500,) * 4, 3, "it answered 500"),
        ((404,), 1, "it answered 404"),
        ((302,), 1, "it answered 302; redirects are not followed"),
        ((babble,) * 4, 3, "Connection aborted"),
    ],
)
def test_a_refusal_is_reported_once_and_without_the_url(deliver, caplog, answers, tries, why):
    with webhook(*answers) as server:
        deliver(ALERT_URLS=json_url(server))
    assert [body and body["type"] for _, _, body in server.received] == ["warning"] * tries
    assert failures(caplog) == [WHERE + why]


@pytest.mark.parametrize("deed", [hang, drip])
def test_no_end_in_time(deliver, monkeypatch, caplog, deed):
    monkeypatch.setattr(alert_outbox, "TRY_SECONDS", 0.2)
    with webhook(deed, deed, deed) as server, webhook() as other:
        deliver(ALERT_URLS=f"{json_url(server)} {json_url(other)}")
    assert (len(server.received), len(other.received)) == (3, 1)
    assert failures(caplog) == [f"{WHERE}not done within 0.2 seconds"]


def test_tls_is_verified(deliver, tls, caplog):
    with webhook(context=tls) as server:
        deliver(ALERT_URLS=server.url.replace("https", "jsons") + PATH)
    assert server.received == []
    assert "certificate verify failed" in failures(caplog)[0]


def test_others_who_use_apprise_log_as_ever(deliver, caplog):
    deliver(ALERT_URLS=f"json://127.0.0.1:1{PATH}")
    assert not [it for it in caplog.records if it.name == "apprise"]
    caplog.set_level(logging.WARNING)
    logging.getLogger("apprise").info("below the level")
    logging.getLogger("apprise").warning("of somebody else")
    assert [it.getMessage() for it in caplog.records if it.name == "apprise"] == [
        "of somebody else"
    ]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail", ("starttls", "mail", 25, None, None)),
        ("smtps://mail/", ("ssl", "mail", 465, None, None)),
        ("smtp://me:p%40%2Fw%2541@mail:587", ("starttls", "mail", 587, "me", "p@/w%41")),
        ("smtp://me%40example.com:a:b@[::1]:26", ("starttls", "::1", 26, "me@example.com", "a:b")),
    ],
)
def test_mail_servers(url, expected):
    apprise = messenger(mail_target(urlsplit(url), "from@example.com", ("to@example.com",)))
    (got,) = apprise
    assert (got.secure_mode, got.smtp_host, got.port, got.user, got.password) == expected
    assert got.verify_certificate


@pytest.mark.process
def test_without_targets_apprise_is_not_imported():
    code = (
        "import sys; from mlops_assets.alerts import send; "
        "from mlops_assets.platform.settings import Settings; Settings.from_environment({}); "
        "Settings.from_environment({'ALERT_WEBHOOK_URL': 'https://hooks.example.com'}); "
        "print('apprise' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
