"""What tests of alerts share."""

import datetime
import ipaddress
import logging
import ssl
from datetime import date
from pathlib import Path

import pytest

from mlops_assets.alerts import outbox as alert_outbox
from mlops_assets.alerts import send as alerting
from mlops_assets.alerts.alert import Alert
from mlops_assets.platform.settings import Settings

OUTBOX = alert_outbox.__name__
"""The logger that failed deliveries are reported to."""


@pytest.fixture(autouse=True)
def every_log_line(caplog) -> None:
    """Lets tests see what a process that logs everything would show."""
    caplog.set_level(logging.DEBUG)


@pytest.fixture
def alert() -> Alert:
    """An alert with what e-mail and JSON have to encode."""
    return Alert(
        model="heart_disease",
        kind="escalated",
        text="trois essais ont échoué: 0 < 100 % & rising",
        link="http://127.0.0.1:3000/assets/heart_disease",
        day=date(2026, 1, 5),
    )


@pytest.fixture
def deliver(alert, tmp_path, monkeypatch):
    """Sends the alert as the given variables say, and waits until its delivery has ended."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(alert_outbox, "PAUSES", [0.01 for _ in alert_outbox.PAUSES])

    def deliver(**variables: str) -> None:
        given = {"MLOPS_ASSETS_HOME": str(tmp_path), **variables}
        settings = Settings.from_environment(given)
        for thread in alerting.send(alert, settings, logging.getLogger("tick")):
            thread.join(30)
            assert not thread.is_alive()

    return deliver


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """A certificate of 127.0.0.1 that nobody trusts yet, and its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=True,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(*form, serialization.NoEncryption())
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@pytest.fixture
def tls(certificate) -> ssl.SSLContext:
    """What a server needs to show that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate, monkeypatch) -> None:
    """Makes clients trust it."""
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):  # of mail, and of HTTP
        monkeypatch.setenv(variable, str(certificate))
