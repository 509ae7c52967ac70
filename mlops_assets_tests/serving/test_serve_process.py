"""`mlops-assets serve` as a process: switches under load, how it ends, ports, keys, packages."""

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from mlops_assets.client import ModelRegistry
from mlops_assets.data.prediction_log.places import log_files
from mlops_assets_tests.checkout import Checkout
from mlops_assets_tests.forked import run_code
from mlops_assets_tests.running_up import command_lines
from mlops_assets_tests.server import wait_until
from mlops_assets_tests.serving.running_serve import Running, checkout_of, serving
from mlops_assets_tests.serving.served import ROW

pytestmark = pytest.mark.process

KEY = "a-secret-of-more-than-16-characters"
Answer = tuple[int, str, float]


@pytest.fixture
def checkout(world, tmp_path) -> Checkout:
    world.begin()
    return checkout_of(world, tmp_path / "checkout")


class Asking(threading.Thread):
    """Sends one request after another until it is stopped, and keeps what came back."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.stopped = url, threading.Event()
        self.answers: list[Answer] = []

    def run(self) -> None:
        """One request after another."""
        with requests.Session() as session:
            while not self.stopped.is_set():
                answer = session.post(f"{self.url}/predict", json=ROW, timeout=30)
                said = answer.json() if answer.status_code == 200 else {}
                self.answers.append(
                    (answer.status_code, said.get("model_version", ""), said.get("confidence", 0))
                )


@contextmanager
def asking(running: Running, threads: int = 4) -> Iterator[list[Asking]]:
    """Requests all the while."""
    asked = [Asking(running.url) for _ in range(threads)]
    for thread in asked:
        thread.start()
    try:
        yield asked
    finally:
        for thread in asked:
            thread.stopped.set()
        for thread in asked:
            thread.join()


def answers_with(running: Running, version: str) -> bool:
    said = requests.post(f"{running.url}/predict", json=ROW, timeout=30).json()
    return said["model_version"] == version


def test_every_request_is_answered_by_one_version_while_versions_change(world, checkout):
    world.spec["model"] = {**world.spec["model"], "params": {"C": 0.01}}
    assert world.retrain_as_of("2026-01-05").success
    registry = ModelRegistry(world.settings, actor="anna")
    with serving(checkout) as running:
        with asking(running) as asked:
            wait_until(lambda: answers_with(running, "registry-2"), 30)
            registry.rollback_model("small", reason="it is worse")
            wait_until(lambda: answers_with(running, "registry-1"), 30)
            registry.promote_model("small", "2", reason="it is not", force=True)
            wait_until(lambda: answers_with(running, "registry-2"), 30)
        assert running.end() == 0
    answers = [answer for thread in asked for answer in thread.answers]
    assert {status for status, _, _ in answers} == {200}
    assert {version for _, version, _ in answers} == {"registry-1", "registry-2"}
    values = {(version, value) for _, version, value in answers}
    assert len(values) == len({value for _, value in values}) == 2
    logged = [
        (line["version"], line["answer"]["confidence"])
        for file in log_files(world.settings.home, "small")
        for line in map(json.loads, file.read_text().splitlines())
    ]
    assert len(logged) >= len(answers)
    assert set(logged) == values


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_that_has_begun_is_answered_before_the_end(checkout, number):
    body = json.dumps(ROW).encode()
    head = (
        f"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with serving(checkout) as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=30) as client:
            client.sendall(head.encode() + body[:5])
            time.sleep(0.5)  # so that it has been read
            running.process.send_signal(number)
            wait_until(lambda: not _connects(running.port), 10)
            client.sendall(body[5:])
            assert b" 200 " in client.recv(65_536)
        assert running.process.wait(30) == 0
    assert "Traceback" not in running.log.read_text()


def _connects(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_a_second_server_on_the_port_is_refused_with_what_to_do(checkout):
    with serving(checkout) as running:
        second = checkout.run("serve", "small", "--port", str(running.port))
        assert second.returncode == 2
        assert f"port {running.port} of 127.0.0.1 is taken" in second.stderr
        assert f"SERVING_PORT={running.port + 1}" in second.stderr
        assert running.is_ready()


def test_two_servers_on_two_ports_serve_one_home(checkout):
    with serving(checkout) as first, serving(checkout) as second:
        assert answers_with(first, "registry-1")
        assert answers_with(second, "registry-1")


def test_another_host_needs_keys_and_shows_none(checkout):
    refused = checkout.run("serve", "small", "--host", "0.0.0.0")  # noqa: S104
    assert refused.returncode == 2
    assert "SERVING_API_KEY=" in refused.stderr
    with serving(checkout, "--host", "0.0.0.0", SERVING_API_KEY=f"anna:{KEY}") as running:  # noqa: S104
        asked = [
            requests.post(f"{running.url}/predict", json=ROW, headers=headers, timeout=30)
            for headers in ({}, {"X-API-Key": KEY[:-1]}, {"X-API-Key": KEY})
        ]
        assert [answer.status_code for answer in asked] == [401, 401, 200]
        assert KEY not in command_lines()
        running.end()
    home = checkout.settings.home / "serving"
    written = [running.log, *(path for path in home.rglob("*") if path.is_file())]
    assert not [path for path in written if KEY.encode() in path.read_bytes()]
    assert '"client":"anna"' in log_files(checkout.settings.home, "small")[0].read_text()


def test_a_short_key_is_refused_without_being_shown(checkout):
    done = checkout.run("serve", "small", SERVING_API_KEY="anna:short-secret")
    assert done.returncode == 2
    assert "at least 16 characters" in done.stderr
    assert "short-secret" not in done.stdout + done.stderr


@pytest.mark.parametrize("package", ["orjson", "treelite", "prometheus_client"])
def test_without_its_packages_one_line_says_what_to_install(checkout, package):
    without = (
        f"import sys; sys.modules[{package!r}] = None; sys.argv = ['mlops-assets', 'serve'];"
        "from mlops_assets.cli import main; main()"
    )
    done = run_code(without, [], folder=checkout.folder, environment=checkout.environment)
    assert done.returncode == 2
    assert package in done.stderr
    assert "mlops-assets[serving]" in done.stderr
    assert "Traceback" not in done.stderr
