"""Behind a real nginx: requests come by the proxy's name, and only by one that is allowed."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from mlops_assets_tests.checkout import Checkout
from mlops_assets_tests.server import free_port, wait_until
from mlops_assets_tests.serving.running_serve import checkout_of, serving
from mlops_assets_tests.serving.served import ROW

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not Path(NGINX).exists(), reason="no nginx: apt-get install nginx-light"),
]
NAME, KEY = "api.ml.example.com", "a-secret-of-more-than-16-characters"
CONF = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_set_header Host $host; proxy_pass {url}; }}
  }}
}}
"""


@contextmanager
def nginx(folder: Path, url: str) -> Iterator[str]:
    """A proxy in front of `url`; its address."""
    folder.mkdir()
    port = free_port()
    (folder / "nginx.conf").write_text(CONF.format(folder=folder, port=port, url=url))
    command = [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", "nginx.conf"]
    process = subprocess.Popen(command)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(address), 20)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/health/live", timeout=2).status_code < 500
    except requests.RequestException:
        return False


@pytest.fixture
def checkout(world, tmp_path) -> Checkout:
    world.begin()
    return checkout_of(world, tmp_path / "checkout")


def test_the_name_of_the_proxy_must_be_allowed_and_keys_pass_through(checkout, tmp_path):
    given = {"SERVING_ALLOWED_HOSTS": f"127.0.0.1,{NAME}", "SERVING_API_KEY": f"shop:{KEY}"}
    with serving(checkout, **given) as running, nginx(tmp_path / "nginx", running.url) as proxy:

        def ask(host: str, **headers: str) -> int:
            sent = {"Host": host, **headers}
            return requests.post(f"{proxy}/predict", json=ROW, headers=sent, timeout=30).status_code

        assert ask(NAME, **{"X-API-Key": KEY}) == 200
        assert ask(NAME) == 401
        assert ask("other.example.com", **{"X-API-Key": KEY}) in (400, 403)
        assert ask(NAME, **{"X-API-Key": KEY, "Origin": "https://elsewhere.example"}) == 403
        running.end()
