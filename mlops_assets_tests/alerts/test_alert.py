"""Alerts as Slack messages and e-mails."""

from datetime import date

from mlops_assets.alerts.alert import Alert, email, slack_message

ALERT = Alert(
    model="heart_disease",
    kind="no_new_labels",
    text="drift, but 0 < 100 new labelled rows",
    link="http://127.0.0.1:3000/assets/heart_disease?a=1&b=2",
    day=date(2026, 1, 5),
)
HEADLINE = "heart_disease: no new labels on 2026-01-05"


def test_slack_shows_headline_text_and_link():
    header, text, link = slack_message(ALERT)["blocks"]
    assert header == {"type": "header", "text": {"type": "plain_text", "text": HEADLINE}}
    assert text["text"] == {"type": "mrkdwn", "text": "drift, but 0 &lt; 100 new labelled rows"}
    url = "http://127.0.0.1:3000/assets/heart_disease?a=1&amp;b=2"
    assert link["text"]["text"] == f"<{url}|Open in Dagster>"


def test_slack_has_a_fallback_for_what_knows_no_blocks():
    first, second, third = slack_message(ALERT)["text"].split("\n")
    assert (first, second) == (HEADLINE, "drift, but 0 &lt; 100 new labelled rows")
    assert third.startswith("http://127.0.0.1:3000/")


def test_a_text_cannot_mention_everybody():
    shouted = ALERT.model_copy(update={"text": "<!channel> come"})
    assert "<!channel>" not in str(slack_message(shouted))


def test_slack_gets_no_more_than_it_takes():
    long = ALERT.model_copy(update={"model": "m" * 200, "text": "t" * 5000, "link": ""})
    header, text = slack_message(long)["blocks"]
    assert len(header["text"]["text"]) == 150
    assert len(text["text"]["text"]) == 3000


def test_email_has_subject_and_body():
    subject, body = email(ALERT)
    assert subject == f"[mlops-assets] {HEADLINE}"
    assert body == f"{ALERT.text}\n\n{ALERT.link}\n"


def test_email_without_a_link():
    assert email(ALERT.model_copy(update={"link": ""})).body == f"{ALERT.text}\n"


def test_a_subject_cannot_add_headers():
    forged = ALERT.model_copy(update={"kind": "x\r\nBcc: a@b"})
    assert "\n" not in email(forged).subject
    assert "\r" not in email(forged).subject
