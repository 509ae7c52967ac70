"""Serve Dagster's UI, with its daemon and one code server for both: `dagster dev`, but guarded.

`overview/server.py` starts it, in the folder with workspace.yaml.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import dagster as dg
import uvicorn
import yaml
from dagster_webserver.webserver import DagsterWebserver
from starlette.middleware import Middleware

from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.dagster.private import code_servers, colored_logs, workspace_process
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.ui.login import Login
from mlops_assets.platform.ui.mlflow_pages import MlflowPages
from mlops_assets.platform.ui.same_origin import SameOrigin
from mlops_assets.platform.ui.users import checked

STOP_SECONDS = 15
DAEMON = "mlops_assets.platform.dagster.daemon"
# The limits of Dagster's own web server: milliseconds, seconds, connections.
DATABASE = (15_000, 3_600, 20)


class GuardedWebserver(DagsterWebserver):
    """Dagster's web server behind a login, if there are users, and `SameOrigin`.

    It also serves the pictures of MLflow runs, and redirects to MLflow. `pages` is middleware that
    answers for pages of our own; it is behind the same guards.
    """

    def __init__(self, context: Any, settings: Settings, pages: Sequence[Middleware] = ()) -> None:
        self.settings, self.pages = settings, pages
        super().__init__(context)

    def build_middleware(self) -> list[Middleware]:
        """Dagster's own middleware, inside ours."""
        hosts, origins = self.settings.dagster_allowed_hosts, self.settings.dagster_allowed_origins
        guards = [Middleware(SameOrigin, hosts=hosts, origins=origins)]
        if users := checked(self.settings.ui_users.get_secret_value()):
            guards.append(Middleware(Login, users=users))
        own = [Middleware(MlflowPages, settings=self.settings), *self.pages]
        return [*guards, *own, *super().build_middleware()]


def main(
    host: str, port: int, pages: Sequence[Middleware] = (), workspace: Path | None = None
) -> int:
    """Serve until Ctrl-C or until the daemon ends; returns the exit code.

    With a `workspace` of code servers that run elsewhere, the daemon is elsewhere too.
    """
    colored_logs()
    settings = Settings.from_environment()
    with suppress(KeyboardInterrupt), open_instance(settings) as instance, ExitStack() as stack:
        daemon = None
        if workspace is None:
            workspace = stack.enter_context(_code_server(instance, settings))
            daemon = stack.enter_context(_daemon(workspace))
        instance.optimize_for_webserver(*DATABASE)
        context = stack.enter_context(workspace_process(instance, workspace, dg.__version__))
        server = _server(host, port, GuardedWebserver(context, settings, pages))
        if daemon:
            threading.Thread(target=_end_with, args=(daemon, server), daemon=True).start()
        with suppress(KeyboardInterrupt):
            server.run()
        return 1 if daemon and daemon.poll() is not None else 0
    return 0


def _server(host: str, port: int, webserver: GuardedWebserver) -> uvicorn.Server:
    app = webserver.create_asgi_app()
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=5
    )
    return uvicorn.Server(config)


@contextmanager
def _code_server(instance: dg.DagsterInstance, settings: Settings) -> Iterator[Path]:
    """A workspace.yaml that names a running code server, which is stopped at the end."""
    with (
        tempfile.TemporaryDirectory() as folder,
        code_servers(instance, settings.project_root / "workspace.yaml") as servers,
    ):
        workspace = Path(folder) / "workspace.yaml"
        workspace.write_text(yaml.safe_dump({"load_from": list(servers.get_code_server_specs())}))
        yield workspace


@contextmanager
def _daemon(workspace: Path) -> Iterator[subprocess.Popen]:
    """Dagster's daemon, in a session of its own: a signal to all reaches it only from here."""
    command = [sys.executable, "-m", DAEMON, "run", "-w", str(workspace)]
    command += ["--log-level", "warning"]  # each tick is in the UI; a line for each hides errors
    process = subprocess.Popen(command, start_new_session=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with(daemon: subprocess.Popen, server: uvicorn.Server) -> None:
    daemon.wait()
    server.should_exit = True
