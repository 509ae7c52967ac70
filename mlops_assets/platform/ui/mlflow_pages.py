"""Answer what Dagster's panels link to: pictures of MLflow runs, and redirects to their pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.run_links import (
    PICTURES,
    asked_page,
    asked_picture,
    mlflow_page,
)
from mlops_assets.platform.mlflow.run_pictures import PictureNotFoundError, RunPictures
from mlops_assets.platform.settings import Settings

RUNS = "/runs/"
# A picture never changes. No other site may show it, and no browser take it for something else.
PICTURE_HEADERS = {
    "Cache-Control": "private, max-age=86400",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class MlflowPages:
    """ASGI middleware: the addresses of `RunLinks`; everything else goes on to `app`."""

    def __init__(self, app: Any, settings: Settings) -> None:
        self.app, self.settings, self.pictures = app, settings, RunPictures(settings)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer the request, or pass it on."""
        answer = None
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            answer = await self._answer(scope)
        await (answer or self.app)(scope, receive, send)

    async def _answer(self, scope: Any) -> Response | None:
        if scope["path"].startswith(PICTURES):
            return await run_in_threadpool(self._picture, scope["path"])
        page = None
        if scope["path"].startswith(RUNS):
            page = asked_page(scope["query_string"].decode("latin-1"))
        if page is None:
            return None
        return RedirectResponse(mlflow_page(mlflow_address(self.settings, scope), *page), 302)

    def _picture(self, path: str) -> Response:
        asked = asked_picture(path)
        if asked is None:
            return PlainTextResponse("This is not the address of a picture.\n", 404)
        try:
            picture = self.pictures.small(*asked)
        except PictureNotFoundError as error:
            return PlainTextResponse(f"{error}\n", 404)
        except InputError as error:
            return PlainTextResponse(f"{error.seen}\n", 502)
        return Response(picture, media_type="image/png", headers=PICTURE_HEADERS)


def mlflow_address(settings: Settings, scope: Any) -> str:
    """Where MLflow's pages are: by the name that the browser uses for this server."""
    address = settings.mlflow_ui
    if settings.mlflow_ui_is_configured:
        return address
    host = URL(scope=scope).hostname or urlsplit(address).hostname or ""
    shown = f"[{host}]" if ":" in host else host
    return urlsplit(address)._replace(netloc=f"{shown}:{urlsplit(address).port}").geturl()
