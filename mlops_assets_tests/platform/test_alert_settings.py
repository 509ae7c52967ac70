"""Settings of alerts: defaults, mistakes in words, and secrets that stay secret."""

import pytest

from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings

TO = {"ALERT_EMAIL_TO": "team@example.com"}
SMTP = {"ALERT_SMTP_URL": "smtp://mail"}


def test_without_variables_nothing_is_sent():
    settings = Settings.from_environment({})
    assert (settings.alert_webhook_url, settings.alert_smtp_url) == (None, None)
    assert settings.alert_urls == settings.alert_email_to == ()
    assert settings.alert_email_from.startswith("mlops-assets@")


def test_several_recipients():
    given = {**SMTP, "ALERT_EMAIL_TO": "a@example.com, b@example.com,"}
    assert Settings.from_environment(given).alert_email_to == ("a@example.com", "b@example.com")


def test_settings_show_no_secret():
    given = {
        "ALERT_URLS": "json://me:T0K3N@hooks.example.com/T0K3N",
        "ALERT_WEBHOOK_URL": "https://hooks.example.com/T0K3N",
        "ALERT_SMTP_URL": "smtp://me:T0K3N@mail",
        **TO,
    }
    settings = Settings.from_environment(given)
    shown = f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    assert "T0K3N" not in shown
    assert settings.alert_webhook_url.get_secret_value() == given["ALERT_WEBHOOK_URL"]


@pytest.mark.parametrize(
    "text",
    [
        " json://a/x,y\n\tmailto://me:pw@b.org?to=c@d.org,e@f.org ",
        "json://a/x,y, mailto://me:pw@b.org?to=c@d.org,e@f.org",
        "json://a/x,y,mailto://me:pw@b.org?to=c@d.org,e@f.org",
    ],
)
def test_urls_have_white_space_or_a_comma_between(text):
    urls = [
        it.get_secret_value() for it in Settings.from_environment({"ALERT_URLS": text}).alert_urls
    ]
    assert urls == ["json://a/x,y", "mailto://me:pw@b.org?to=c@d.org,e@f.org"]


@pytest.mark.parametrize(
    "url",
    [
        "T0K3N",
        "T0K3N://host",
        "slack://T0K3N",
        "tgram://T0K3N",
        "mailto://T0K3N",
        "json://",
        "json://[T0K3N",
        "https://hooks.example.com/T0K3N",
        "jsons://host/path T0K3N",
    ],
)
def test_urls_that_apprise_cannot_use(url, caplog):
    caplog.set_level("DEBUG")
    refused({"ALERT_URLS": f"json://fine/T0K3N {url}"}, "URL [23] of [23] in ALERT_URLS is not one")
    assert "T0K3N" not in caplog.text


@pytest.mark.parametrize(
    "url",
    [
        "hooks.example.com/T0K3N",
        "ftp://hooks.example.com/T0K3N",
        "file:///T0K3N",
        "https:///T0K3N",
        "https://me:T0K3N@hooks.example.com/",
        "https://hooks.example.com:T0K3N/",
        "https://hooks.example.com/T0K3N here",
        "https://hooks.example.com/T0K3N\n",
        "https://[hooks/T0K3N",
        "https://hooks.example.com/T0K3Né",
    ],
)
def test_webhooks_that_cannot_be_used(url):
    refused({"ALERT_WEBHOOK_URL": url}, "ALERT_WEBHOOK_URL is not the address of a webhook")


@pytest.mark.parametrize(
    "url",
    [
        "mail:25",
        "https://mail/T0K3N",
        "smtp://me:T0K3N/x@mail",
        "smtp://me:T0K3N#x@mail",
        "smtp://me:12/T0K3N@mail",
        "smtp://me:12?T0K3N@mail",
        "smtp://T0K3N@mail",
        "smtp://:T0K3N@mail",
        "smtp://me:T0K3N%C3%A9@mail",
        "smtp://me:T0K3N@mail:0",
        "smtp://me:T0K3N@",
    ],
)
def test_mail_servers_that_cannot_be_used(url):
    refused({"ALERT_SMTP_URL": url, **TO}, "ALERT_SMTP_URL is not the address of a mail server")


@pytest.mark.parametrize("address", ["T0K3N", "T0K3N@", "a@example.com, @T0K3N", "T0 K3N@b"])
def test_addresses_that_are_none(address):
    refused({**SMTP, "ALERT_EMAIL_TO": address}, "ALERT_EMAIL_TO holds something")
    refused({"ALERT_EMAIL_FROM": address}, "ALERT_EMAIL_FROM holds something")


def test_a_mail_server_needs_recipients_and_the_other_way_round():
    refused(SMTP, "ALERT_SMTP_URL is set and ALERT_EMAIL_TO is not")
    refused({**SMTP, "ALERT_EMAIL_TO": ", "}, "ALERT_SMTP_URL is set and ALERT_EMAIL_TO is not")
    refused(TO, "ALERT_EMAIL_TO is set and ALERT_SMTP_URL is not")


def refused(given: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        Settings.from_environment(given)
    assert "T0K3N" not in str(caught.value)
    assert caught.value.__cause__ is None
