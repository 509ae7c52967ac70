"""The settings of who is answered, on a small application; `up` has the rest on Dagster's own."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from mlops_assets.platform.settings import Settings
from mlops_assets.platform.ui.same_origin import SameOrigin

GIVEN = {
    "DAGSTER_SERVER_ALLOWED_HOSTS": "dagster.example, *.clinic.example",
    "DAGSTER_SERVER_CORS_ALLOWED_ORIGINS": "https://portal.example",
}


def client(**environment: str) -> TestClient:
    settings = Settings.from_environment(environment)
    pages = Starlette(routes=[Route("/", lambda _: PlainTextResponse("yes"))])
    hosts, origins = settings.dagster_allowed_hosts, settings.dagster_allowed_origins
    return TestClient(SameOrigin(pages, hosts, origins))


@pytest.mark.parametrize("host", ["localhost:3000", "127.0.0.1", "[::1]:3000", "LOCALHOST"])
def test_this_machine_is_known_by_default(host):
    assert client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["dagster.example", "127.0.0.1.example", "localhost.example:80"])
def test_no_other_host_is(host):
    assert client().get("/", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("dagster.example:443", "https://dagster.example:443", 200),
        ("a.clinic.example", "http://a.clinic.example", 200),
        ("dagster.example", "https://portal.example", 200),
        ("dagster.example", "https://portal.example.evil", 403),
        ("dagster.example", "http://portal.example", 403),
        ("dagster.example", "http://dagster.example:81", 403),
        ("evil.example", "https://portal.example", 403),
        ("127.0.0.1", "http://127.0.0.1", 403),
    ],
)
def test_hosts_and_origins_are_those_of_the_settings(host, origin, status):
    headers = {"Host": host, "Origin": origin}
    assert client(**GIVEN).get("/", headers=headers).status_code == status
