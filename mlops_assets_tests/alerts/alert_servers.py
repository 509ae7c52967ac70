"""A webhook and a mail server on loopback that do what a test asks of them."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer, StreamRequestHandler, ThreadingTCPServer

PATIENCE = 30


class Webhook(BaseHTTPRequestHandler):
    """Keeps what is posted, and answers with the next of `server.answers`: a status or a deed."""

    def do_POST(self):
        """Answer one request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, dict(self.headers), json.loads(body)))
        answer = self.server.answers.pop(0) if self.server.answers else 200
        if isinstance(answer, int):
            self.send_response(answer)
            self.send_header("Location", f"{self.server.url}/elsewhere")
            self.end_headers()
        else:
            answer(self)

    def do_GET(self):
        """What a client that follows a redirect would ask for."""
        self.server.received.append((self.path, dict(self.headers), None))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        """Keep the tests' output clean."""


def hang(handler: Webhook) -> None:
    """Say nothing until the test ends."""
    handler.server.arrived.set()
    handler.server.released.wait(PATIENCE)


def drip(handler: StreamRequestHandler) -> None:
    """Send a line without end, fast enough for every timeout of a single read."""
    with suppress(OSError):
        while not handler.server.released.wait(0.02):
            handler.wfile.write(b"x")


def babble(handler: Webhook) -> None:
    """Answer something that is not HTTP and repeats the request."""
    handler.wfile.write(handler.requestline.encode() + b"\r\n")


class Mailbox(StreamRequestHandler):
    """As much of SMTP as a client needs to hand over a message; keeps what it was told."""

    def handle(self):
        """Serve one client."""
        self.server.greet(self)
        while line := self.rfile.readline().decode().strip():
            self.server.commands.append(line)
            verb = line.split(maxsplit=1)[0].upper()
            if verb == "QUIT":
                break  # without an answer, like a server that is not quite right
            if answer := self.server.answers.pop(verb, None):
                self.say(answer)
            else:
                getattr(self, f"on_{verb.lower()}")()

    def say(self, line: str) -> None:
        """One line of an answer."""
        self.wfile.write(f"{line}\r\n".encode())

    def on_ehlo(self):
        """What it can do."""
        self.say("250-here")
        encrypted = isinstance(self.connection, ssl.SSLSocket)
        if self.server.context and not encrypted:
            self.say("250-STARTTLS")
        self.say("250-AUTH PLAIN")
        self.say("250 8BITMIME")

    def on_starttls(self):
        """Encrypt."""
        self.say("220 go ahead")
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def on_auth(self):
        """Every password is right."""
        self.server.encrypted_login = isinstance(self.connection, ssl.SSLSocket)
        self.say("235 welcome")

    def on_data(self):
        """Take the message."""
        self.say("354 go ahead")
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.messages.append(b"".join(lines))
        self.say("250 accepted")

    def on_ok(self):
        """Agree to the rest."""
        self.say("250 ok")

    on_mail = on_rcpt = on_rset = on_ok


@contextmanager
def webhook(*answers, context: ssl.SSLContext | None = None) -> Iterator[ThreadingHTTPServer]:
    """A webhook at `url`; `received` are the paths, headers and bodies of its requests."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    server.answers, server.received = list(answers), []
    server.arrived, server.released = threading.Event(), threading.Event()
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.url = f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    with _serving(server):
        yield server


@contextmanager
def mailbox(
    answers: dict[str, str] | None = None,
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    greet: Callable[["Mailbox"], None] = lambda client: client.say("220 here"),
) -> Iterator[ThreadingTCPServer]:
    """A mail server at `place`; `messages` are what it got, `answers` its refusal of a command."""
    server = ThreadingTCPServer(("127.0.0.1", 0), Mailbox)
    server.daemon_threads = True
    server.answers, server.context = dict(answers or {}), starttls
    server.commands, server.messages, server.encrypted_login = [], [], None
    server.greet, server.released = greet, threading.Event()
    server.place = f"127.0.0.1:{server.server_address[1]}"
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    with _serving(server):
        yield server


@contextmanager
def _serving(server: BaseServer) -> Iterator[None]:
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
