"""The HTTP interface of one model or of several: predict, explain, model-info, health, metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mlops_assets.errors import logger
from mlops_assets.serving.answers import RefusedError, mistake
from mlops_assets.serving.body import read_body
from mlops_assets.serving.endpoint import Endpoint
from mlops_assets.serving.explaining import Explaining
from mlops_assets.serving.measures import Measures
from mlops_assets.serving.openapi import document, page
from mlops_assets.serving.predicting import Log, Predicting
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

LOG = logger(__name__)
TakeLabels = Callable[[bytes, LifecycleSpec], int]


class Api:
    """The routes of `endpoints`, by model name; `only` is the model of the short addresses."""

    def __init__(
        self, endpoints: Mapping[str, Endpoint], only: str, log: Log, labels: TakeLabels
    ) -> None:
        self.endpoints, self.only, self.take_labels = dict(endpoints), only, labels
        self.measures = Measures()
        self.explaining = Explaining()
        self.predicting = Predicting(self.endpoints, only, log, self.measures)

    def routes(self) -> list[Route]:
        """The routes; the short ones only if there is one model."""
        one = [
            Route("/predict", self.predicting, methods=["POST"]),
            Route("/explain", self.explain, methods=["POST"]),
            Route("/labels", self.labels, methods=["POST"]),
            Route("/model-info", self.model_info),
        ]
        return [
            *(one if self.only else []),
            Route("/models", self.models),
            Route("/models/{model}/predict", self.predicting, methods=["POST"]),
            Route("/models/{model}/explain", self.explain, methods=["POST"]),
            Route("/models/{model}/labels", self.labels, methods=["POST"]),
            Route("/models/{model}/model-info", self.model_info),
            Route("/health", self.health),
            Route("/health/live", self.live),
            Route("/health/ready", self.ready),
            Route("/metrics", self.metrics),
            Route("/openapi.json", self.openapi),
            Route("/docs", self.docs),
            Route("/", self.root),
        ]

    async def explain(self, request: Request) -> Response:
        """What the columns of each row add to its prediction; nothing is logged."""
        try:
            served = self.predicting.served(self._endpoint(request))
            body = await read_body(request.scope, request.receive)
            return _json(await self.explaining.answer(body, served))
        except RefusedError as error:
            return _json({"errors": error.mistakes}, error.status)

    async def labels(self, request: Request) -> Response:
        """Keep the labels of answered rows, for the performance of their day."""
        endpoint = self._endpoint(request)
        try:
            if endpoint is None:
                raise RefusedError(
                    404, [mistake("no such model", f"one of {list(self.endpoints)}")]
                )
            body = await read_body(request.scope, request.receive)
            taken = await run_in_threadpool(self.take_labels, body, endpoint.spec)
        except RefusedError as error:
            return _json({"errors": error.mistakes}, error.status)
        return _json({"labels": taken})

    async def model_info(self, request: Request) -> Response:
        """Which version answers, since when, how, and what it takes."""
        endpoint = self._endpoint(request)
        if endpoint is None:
            return _json({"errors": [mistake("no such model", "a served model")]}, 404)
        return _json(info(endpoint), 200 if endpoint.served else 503)

    async def models(self, request: Request) -> Response:
        """The models that this server serves."""
        return _json([info(endpoint) for endpoint in self.endpoints.values()])

    async def health(self, request: Request) -> Response:
        """The state of each model: `ok`, `degraded` with the reason, or `down`."""
        models = {name: _health(endpoint) for name, endpoint in self.endpoints.items()}
        worst = max((it["status"] for it in models.values()), key=STATES.index, default="ok")
        return _json({"status": worst, "models": models}, 503 if worst == "down" else 200)

    async def live(self, request: Request) -> Response:
        """Whether the process answers at all."""
        return _json({"status": "ok"})

    async def ready(self, request: Request) -> Response:
        """Whether every model has a version that answers."""
        missing = [name for name, it in self.endpoints.items() if it.served is None]
        return _json({"ready": not missing, "missing": missing}, 503 if missing else 200)

    async def metrics(self, request: Request) -> Response:
        """Measures in Prometheus' format."""
        text = self.measures.text(self.endpoints)
        return Response(text, media_type="text/plain; version=0.0.4")

    async def openapi(self, request: Request) -> Response:
        """The description of this API, with an example of each model."""
        return _json(document(self.endpoints, self.only))

    async def docs(self, request: Request) -> Response:
        """The description as a page."""
        return Response(page(document(self.endpoints, self.only)), media_type="text/html")

    async def root(self, request: Request) -> Response:
        """To the description: it is the address that a person opens first."""
        return RedirectResponse("docs")

    def _endpoint(self, request: Request) -> Endpoint | None:
        return self.endpoints.get(request.path_params.get("model", self.only))


STATES = ("ok", "degraded", "down")


def application(api: Api) -> Application:
    """The app of the routes, without its guards."""
    return Application(api)


def info(endpoint: Endpoint) -> dict[str, Any]:
    """What `/model-info` says."""
    served = endpoint.served
    about: dict[str, Any] = {"model": endpoint.spec.name, "status": _health(endpoint)["status"]}
    if served:
        about |= {
            **served.version_names,
            "origin": served.version.origin,
            "registered_name": endpoint.spec.registered_name,
            "model_id": served.version.model_id,
            "kind": served.facts["kind"],
            "serving_since": endpoint.since.isoformat(timespec="seconds"),
            "answered_by": served.path,
            "bands": served.serving.bands,
            "input": [it.model_dump(mode="json") for it in served.schema.fields],
        }
    if endpoint.challenger:
        about["experiment"] = endpoint.challenger.state()
    return about | ({"degraded": endpoint.problem} if endpoint.problem else {})


def _health(endpoint: Endpoint) -> dict[str, Any]:
    if endpoint.served is None:
        return {"status": "down", "reason": endpoint.degraded}
    version = endpoint.served.version_names
    if endpoint.problem:
        return {"status": "degraded", "reason": endpoint.problem, **version}
    return {"status": "ok", **version}


def _json(content: Any, status: int = 200) -> Response:
    text = orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    return Response(text, status, media_type="application/json")


class Application:
    """ASGI app: predictions without Starlette's cost for each request, and its routes.

    An error that was answered with 500 ends here. Starlette raises it again, and the server would
    print it with its text, in which there may be values of the request.
    """

    def __init__(self, api: Api) -> None:
        self.routes = Starlette(routes=api.routes(), exception_handlers={500: _unexpected})
        self.predicting = ServerErrorMiddleware(api.predicting, handler=_unexpected)
        self.short = api.predicting.names

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on."""
        is_short = scope.get("method") == "POST" and scope["path"] in self.short
        with suppress(Exception):  # `_unexpected` has logged it
            await (self.predicting if is_short else self.routes)(scope, receive, send)


async def _unexpected(request: Request, error: Exception) -> Response:
    """No stack trace and no values in the answer; the kind of error is in the log."""
    LOG.error("%s: %s in %s", request.url.path, type(error).__name__, type(error).__module__)
    return _json({"errors": [mistake("an error of the server", "an answer")]}, 500)
