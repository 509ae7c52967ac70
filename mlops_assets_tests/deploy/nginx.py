"""deploy/nginx.conf in a real nginx, with the ports, files and a certificate of this machine."""

import base64
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from mlops_assets_tests.deploy.compose import DEPLOY
from mlops_assets_tests.server import free_port, wait_until

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
DOMAIN = "ml.example.com"
COOKIE = {"Cookie": "_oauth2_proxy=anna"}
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Proxy:
    """A running nginx; `asked` has the headers of every question to OAuth2-proxy."""

    port: int
    certificate: Path
    asked: list[dict[str, str]] = field(default_factory=list)

    def request(self, method: str, name: str, path: str, **options) -> requests.Response:
        """A request to `name`.ml.example.com over TLS."""
        headers = {"Host": f"{name}.{DOMAIN}", **options.pop("headers", {})}
        given = {"verify": str(self.certificate), "allow_redirects": False, "timeout": 60}
        url = f"https://127.0.0.1:{self.port}{path}"
        return requests.request(method, url, headers=headers, **given, **options)  # noqa: S113


@contextmanager
def nginx(folder: Path, upstream: dict[int, int], login: tuple[str, str]) -> Iterator[Proxy]:
    """The proxy with `upstream` ports in place of those in the file, and a login for Dagster."""
    folder.mkdir()
    proxy = Proxy(free_port(), _certificate(folder))
    words = base64.b64encode(":".join(login).encode()).decode()
    (folder / "dagster_login.conf").write_text(f'dagster.{DOMAIN} "Basic {words}";')
    with _oauth2_proxy(proxy.asked) as port:
        (folder / "nginx.conf").write_text(_conf(folder, proxy.port, {**upstream, 4180: port}))
        command = [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", "nginx.conf"]
        process = subprocess.Popen(command)
        try:
            wait_until(lambda: _answers(proxy), 20)
            yield proxy
        finally:
            process.terminate()
            process.wait(20)


def _conf(folder: Path, port: int, upstream: dict[int, int]) -> str:
    """The file, with what is of one machine replaced."""
    text = (DEPLOY / "nginx.conf").read_text()
    for old, new in upstream.items():
        assert f"http://127.0.0.1:{old};" in text
        text = text.replace(f"http://127.0.0.1:{old};", f"http://127.0.0.1:{new};")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;")
    text = text.replace("/etc/nginx/tls", str(folder)).replace("/etc/nginx", str(folder))
    paths = "".join(f"{it}_temp_path {folder}/{it};\n" for it in TEMPORARY)
    text = text.replace("http {\n", f"http {{\naccess_log off;\n{paths}", 1)
    own = "" if os.geteuid() else "user root;\n"  # the folder is this user's
    return f"daemon off;\n{own}pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n{text}"


def _certificate(folder: Path) -> Path:
    file = folder / "fullchain.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-out", str(file), "-keyout", str(folder / "privkey.pem")]
    subprocess.run(command, check=True, capture_output=True)
    return file


@contextmanager
def _oauth2_proxy(asked: list[dict[str, str]]) -> Iterator[int]:
    """What nginx needs of OAuth2-proxy: 202 for its cookie, else 401. The rest is the provider's.

    OAuth2-proxy itself needs an identity provider, and is in no package of this machine.
    """

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(dict(self.headers))
            known = self.headers.get("Cookie") == COOKIE["Cookie"]
            self.send_response(200 if self.path != "/oauth2/auth" else 202 if known else 401)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def _answers(proxy: Proxy) -> bool:
    try:
        return proxy.request("GET", "dagster", "/oauth2/start").ok
    except requests.RequestException:
        return False
