"""The services behind deploy/nginx.conf: TLS, one login, and what each page and program sends."""

import json
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets import Subprotocol
from websockets.sync.client import connect

from mlops_assets_tests.deploy.deployment import ADMIN, KEY, PROXY
from mlops_assets_tests.deploy.nginx import COOKIE, DOMAIN, NGINX, Proxy, nginx

pytestmark = [
    pytest.mark.process,
    pytest.mark.postgres,
    pytest.mark.skipif(not Path(NGINX).exists(), reason="no nginx: apt-get install nginx-light"),
]
DAGSTER, MLFLOW = f"https://dagster.{DOMAIN}", f"https://mlflow.{DOMAIN}"
RUNS = {"query": "{ runsOrError { __typename } }"}
SEARCH = "/ajax-api/2.0/mlflow/experiments/search"


@pytest.fixture(scope="module")
def proxy(running, tmp_path_factory) -> Iterator[Proxy]:
    ports = {3000: "DAGSTER_PORT", 5000: "MLFLOW_PORT", 8000: "SERVING_PORT"}
    upstream = {old: int(running.env[name]) for old, name in ports.items()}
    with nginx(tmp_path_factory.mktemp("nginx") / "nginx", upstream, PROXY) as made:
        yield made


def test_dagsters_page_asks_the_identity_provider_and_nobody_else(proxy):
    stranger = proxy.request("GET", "dagster", "/server_info")
    assert stranger.status_code == 302
    assert stranger.headers["Location"].startswith(f"{DAGSTER}/oauth2/start?rd={DAGSTER}/server")
    assert proxy.request("GET", "dagster", "/server_info", headers=COOKIE).ok
    assert proxy.asked[-1]["X-Forwarded-Proto"] == "https"
    assert proxy.asked[-1]["Host"] == f"dagster.{DOMAIN}"


@pytest.mark.parametrize(("origin", "status"), [(DAGSTER, 200), ("https://evil.example", 403)])
def test_what_dagsters_page_sends_arrives_and_what_another_site_sends_does_not(
    proxy, origin, status
):
    headers = {**COOKIE, "Origin": origin}
    answer = proxy.request("POST", "dagster", "/graphql", json=RUNS, headers=headers)
    assert answer.status_code == status


def test_the_websocket_of_dagsters_page_is_opened(proxy):
    context = ssl.create_default_context(cafile=str(proxy.certificate))
    with (
        socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as connection,
        connect(
            f"wss://dagster.{DOMAIN}/graphql",
            sock=connection,
            ssl=context,
            server_hostname="127.0.0.1",
            origin=DAGSTER,
            additional_headers=COOKIE,
            subprotocols=[Subprotocol("graphql-ws")],
        ) as page,
    ):
        page.send(json.dumps({"type": "connection_init", "payload": {}}))
        assert json.loads(page.recv(30))["type"] == "connection_ack"


@pytest.mark.parametrize(
    ("login", "origin", "status"),
    [
        (ADMIN, MLFLOW, 200),
        (ADMIN, "https://evil.example", 403),
        ((ADMIN[0], "wrong"), MLFLOW, 401),
        (None, MLFLOW, 401),
    ],
)
def test_what_mlflows_page_sends_arrives_with_the_login_of_its_user(proxy, login, origin, status):
    given = {"json": {"max_results": 9}, "headers": {"Origin": origin}, "auth": login}
    assert proxy.request("POST", "mlflow", SEARCH, **given).status_code == status


def test_another_name_is_refused_by_the_services_themselves(proxy):
    assert proxy.request("GET", "mlflow", "/health").ok
    foreign = proxy.request("GET", "api", "/health/live", headers={"Host": "other.example"})
    assert foreign.status_code in (302, 403)  # the first server of the file is Dagster's


def test_the_prediction_api_gets_bodies_as_long_as_it_takes_and_its_key(proxy, promoted):
    key = {"X-API-Key": KEY}
    path = "/models/small/predict"
    assert proxy.request("POST", "api", path, json={"x": 0.9}).status_code == 401
    long = {"x": 0.9, "note": "a" * 2_000_000}
    assert proxy.request("POST", "api", path, json=long, headers=key).status_code in (200, 422)
    longer = {"x": 0.9, "note": "a" * 5_100_000}
    refused = proxy.request("POST", "api", path, json=longer, headers=key)
    assert (refused.status_code, "at most 5,000,000 bytes" in refused.text) == (413, True)
