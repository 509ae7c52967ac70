"""Serve the overview: ASGI middleware in front of Dagster's web app."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from mlops_assets.errors import InputError
from mlops_assets.overview.collect import Fleet, named
from mlops_assets.overview.life import life_of
from mlops_assets.overview.links import PAGE, Links
from mlops_assets.overview.pages import error_page, model_page, overview_page
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.store_failures import store_failures_explained

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Overview:
    """ASGI middleware: answers `/overview` and `/overview/<model>`, and passes the rest on.

    With `read_ahead` it reads what has happened so far at once, in a thread: the first reader need
    not wait for years of days.
    """

    def __init__(self, app: Any, settings: Settings, *, read_ahead: bool = False) -> None:
        self.app, self.fleet, self.lock = app, Fleet(settings), threading.Lock()
        self.opened: Any = None
        if read_ahead:
            threading.Thread(target=self._read, name="overview", daemon=True).start()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request for a page of the overview."""
        path = scope.get("path", "")
        own = path.rstrip("/") == PAGE or path.startswith(f"{PAGE}/")
        if scope["type"] != "http" or not own or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import HTMLResponse

        from mlops_assets.platform.ui.mlflow_pages import mlflow_address

        raw = scope.get("raw_path") or path.encode()
        given = unquote(raw.decode("latin-1").partition("?")[0])[len(PAGE) :].strip("/")
        links = Links.on_server(mlflow_address(self.fleet.settings, scope))
        status, text = await run_in_threadpool(self.page, given, links)
        await HTMLResponse(text, status, HEADERS)(scope, receive, send)

    def page(self, model: str, links: Links) -> tuple[int, str]:
        """Status and HTML of the page of a model, or of all models if `model` is empty."""
        settings = self.fleet.settings
        try:
            with self.lock, store_failures_explained(settings):  # one reader at a time
                rows = self.fleet.rows(self._instance())
                if not model:
                    return 200, overview_page(rows, links)
                if row := named(rows, model):
                    return 200, model_page(life_of(self.fleet, row, self.opened), links)
        except InputError as error:
            return 503, error_page(str(error), links)
        return 404, error_page(f"There is no model {model}.", links)

    def _read(self) -> None:
        with suppress(InputError), self.lock, store_failures_explained(self.fleet.settings):
            self.fleet.rows(self._instance())

    def _instance(self) -> Any:
        """Dagster's instance, opened once; None before Dagster has ever run in this home."""
        if self.opened is None and self.fleet.has_dagster():
            self.opened = open_instance(self.fleet.settings)
        return self.opened
