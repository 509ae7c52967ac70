"""A web server on a folder, for tests that download."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files, counts requests, and promises more bytes than it sends of `cut.csv`."""

    def do_GET(self):
        """Answer one request."""
        self.server.requests += 1
        if self.path == "/cut.csv":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"a,b\n1,2\n")
        elif self.path == "/away.csv":
            self.send_response(302)
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *args):
        """Keep the tests' output clean."""


@contextmanager
def web_server(folder: Path) -> Iterator[ThreadingHTTPServer]:
    """A server on `folder` that knows its `folder`, its `url` and the number of `requests`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=folder))
    server.folder, server.requests = folder, 0
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
