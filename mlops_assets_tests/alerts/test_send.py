"""Alerts reach the log at once, and a webhook of any temper in the background."""

import json
import logging
import subprocess
import sys
import threading

import pytest

from mlops_assets.alerts import outbox as alert_outbox
from mlops_assets.alerts import send as alerting
from mlops_assets.alerts import targets as alert_targets
from mlops_assets.alerts.alert import slack_message
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.alerts.alert_servers import babble, drip, hang, mailbox, webhook
from mlops_assets_tests.alerts.conftest import OUTBOX

PATH = "/services/T0K3N?key=T0K3N"
FAILED = "'heart_disease: escalated on 2026-01-05': "


def failures(caplog) -> list[str]:
    """What was told about deliveries; no line of the log may hold the secret."""
    assert "T0K3N" not in caplog.text
    return [it.getMessage() for it in caplog.records if it.name == OUTBOX]


def test_without_settings_the_alert_is_in_the_log(deliver, alert, caplog):
    deliver()
    (line,) = [it for it in caplog.records if it.name == "tick"]
    assert line.levelno == logging.WARNING
    assert line.getMessage() == f"{alert.headline}: {alert.text} {alert.link}"


def test_the_webhook_gets_slacks_json(deliver, alert, caplog):
    with webhook() as server:
        deliver(ALERT_WEBHOOK_URL=server.url + PATH)
    ((path, headers, body),) = server.received
    assert (path, body) == (PATH, slack_message(alert))
    assert headers["Content-Type"] == "application/json"
    assert failures(caplog) == []


@pytest.mark.parametrize("status", [500, 503, 429])
def test_an_overloaded_webhook_is_asked_again(deliver, caplog, status):
    with webhook(status, 200) as server:
        deliver(ALERT_WEBHOOK_URL=server.url + PATH)
    assert len(server.received) == 2
    assert failures(caplog) == []


@pytest.mark.parametrize(
    ("status", "tries", "why"),
    [
        (500, 3, "it answered 500"),
        (404, 1, "it answered 404"),
        (302, 1, "it answered 302; redirects are not followed"),
        (307, 1, "it answered 307; redirects are not followed"),
    ],
)
def test_a_refusal_is_told_once(deliver, caplog, status, tries, why):
    with webhook(*[status] * 4) as server:
        deliver(ALERT_WEBHOOK_URL=server.url + PATH)
    assert [path for path, _, _ in server.received] == [PATH] * tries
    assert failures(caplog) == [f"Not delivered to http://127.0.0.1: {FAILED}{why}"]


def test_a_webhook_that_hangs_delays_nothing(alert, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    # So that no try but the first is made before the end, however slow this machine is.
    monkeypatch.setattr(alert_targets, "TIMEOUTS", {"cto": 60, "rto": 60})
    monkeypatch.setattr(alert_outbox, "TRY_SECONDS", 60)
    monkeypatch.setattr(alert_outbox, "PAUSES", (0.01, 0.01))
    with webhook(hang) as server, mailbox() as post:
        given = {"MLOPS_ASSETS_HOME": str(tmp_path), "ALERT_WEBHOOK_URL": server.url + PATH}
        given |= {"ALERT_SMTP_URL": f"smtp://{post.place}", "ALERT_EMAIL_TO": "team@example.com"}
        settings = Settings.from_environment(given)
        first = alerting.send(alert, settings, logging.getLogger("tick"))
        assert server.arrived.wait(30)
        second = alerting.send(alert, settings, logging.getLogger("tick"))
        # The server has not answered the first, and will not before this line.
        assert first[0] is second[0]
        assert first[0].is_alive()
        for thread in (first[1], second[1]):
            thread.join(30)
        assert len(post.messages) == 2
        assert len(server.received) == 1
        server.released.set()
        first[0].join(30)
    assert not first[0].is_alive()
    # The first again, since hanging up is no answer, and the second.
    assert len(server.received) == 3


def test_no_answer_in_time(deliver, monkeypatch, caplog):
    monkeypatch.setattr(alert_targets, "TIMEOUTS", {"cto": 0.1, "rto": 0.1})
    with webhook(hang, hang, hang, hang) as server:
        deliver(ALERT_WEBHOOK_URL=server.url + PATH)
    assert len(server.received) == 3
    assert failures(caplog) == [f"Not delivered to http://127.0.0.1: {FAILED}timed out"]


def test_an_answer_without_end_is_cut(deliver, monkeypatch, caplog):
    monkeypatch.setattr(alert_outbox, "TRY_SECONDS", 0.2)
    with webhook(drip, drip, drip) as server:
        deliver(ALERT_WEBHOOK_URL=server.url + PATH)
    assert len(server.received) == 3
    assert failures(caplog)[0].endswith(f"{FAILED}not done within 0.2 seconds")


def test_an_answer_that_is_none(deliver, caplog):
    with webhook(babble, babble, babble) as server:
        deliver(ALERT_WEBHOOK_URL=server.url + PATH)
    assert failures(caplog) == [f"Not delivered to http://127.0.0.1: {FAILED}Connection aborted"]


def test_nobody_there(deliver, caplog):
    deliver(ALERT_WEBHOOK_URL=f"http://127.0.0.1:1{PATH}")
    assert failures(caplog) == [f"Not delivered to http://127.0.0.1: {FAILED}Connection refused"]


def test_a_host_name_that_cannot_be(deliver, caplog):
    deliver(ALERT_WEBHOOK_URL=f"http://{'a' * 70}.invalid{PATH}")
    (told,) = failures(caplog)
    assert told.endswith("label empty or too long")


def test_https_to_a_trusted_server(deliver, tls, trusted, caplog):
    with webhook(context=tls) as server:
        deliver(ALERT_WEBHOOK_URL=server.url + PATH)
    assert len(server.received) == 1
    assert failures(caplog) == []


def test_https_to_a_server_nobody_vouches_for(deliver, tls, caplog):
    with webhook(context=tls) as server:
        deliver(ALERT_WEBHOOK_URL=server.url + PATH)
    assert server.received == []
    assert "certificate verify failed" in failures(caplog)[0]


def test_a_proxy_is_used(deliver, monkeypatch, alert):
    with webhook() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        deliver(ALERT_WEBHOOK_URL=f"http://alerts.invalid{PATH}")
    ((path, _, body),) = proxy.received
    assert (path, body) == (f"http://alerts.invalid{PATH}", slack_message(alert))


def test_no_thread_is_left(deliver):
    before = set(threading.enumerate())
    with webhook() as server:
        deliver(ALERT_WEBHOOK_URL=server.url + PATH)
    assert not [it for it in set(threading.enumerate()) - before if it.name.startswith("alerts")]


@pytest.mark.process
def test_a_process_ends_while_its_webhook_hangs(alert, tmp_path):
    code = (
        "import json, logging, sys; "
        "from mlops_assets.alerts.alert import Alert; "
        "from mlops_assets.alerts.send import send; "
        "from mlops_assets.platform.settings import Settings; "
        "send(Alert(**json.loads(sys.argv[1])), Settings.from_environment(), logging.getLogger())"
    )
    with webhook(hang, hang, hang) as server:
        given = {"MLOPS_ASSETS_HOME": str(tmp_path), "ALERT_WEBHOOK_URL": server.url + PATH}
        done = subprocess.run(
            [sys.executable, "-c", code, json.dumps(alert.model_dump(mode="json"))],
            env={**given, "no_proxy": "127.0.0.1"},
            capture_output=True,
            text=True,
            check=True,
        )
        # The server would still hold its request, and a wait for it would end with a second line.
        assert not server.released.is_set()
    assert done.stderr.strip() == f"{alert.headline}: {alert.text} {alert.link}"
