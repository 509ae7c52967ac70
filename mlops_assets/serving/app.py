"""The HTTP interface: predict, model-info, health and metrics, of one model or of several."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.background import BackgroundTasks
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mlops_assets.errors import logger
from mlops_assets.serving.answers import RefusedError, mistake, refuse_unusual, rows_of
from mlops_assets.serving.endpoint import Endpoint
from mlops_assets.serving.limits import CLIENT, MOST_BYTES
from mlops_assets.serving.measures import Measures
from mlops_assets.serving.openapi import document, page
from mlops_assets.serving.prediction_log import Asked
from mlops_assets.serving.served_model import ServedModel
from mlops_assets.serving.trial import Trial
from mlops_assets.serving.variants import answer, in_order, shadow, split
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

LOG = logger(__name__)
INLINE_ROWS = 20
"""More rows are predicted in a thread, so that other requests do not wait for them."""
Log = Callable[[ServedModel, Asked], None]
TakeLabels = Callable[[bytes, LifecycleSpec], int]


class Api:
    """The routes of `endpoints`, by model name; `only` is the model of the short addresses."""

    def __init__(
        self, endpoints: Mapping[str, Endpoint], only: str, log: Log, labels: TakeLabels
    ) -> None:
        self.endpoints, self.only, self.log = dict(endpoints), only, log
        self.take_labels = labels
        self.measures = Measures()

    def routes(self) -> list[Route]:
        """The routes; the short ones only if there is one model."""
        one = [
            Route("/predict", self.predict, methods=["POST"]),
            Route("/labels", self.labels, methods=["POST"]),
            Route("/model-info", self.model_info),
        ]
        return [
            *(one if self.only else []),
            Route("/models", self.models),
            Route("/models/{model}/predict", self.predict, methods=["POST"]),
            Route("/models/{model}/labels", self.labels, methods=["POST"]),
            Route("/models/{model}/model-info", self.model_info),
            Route("/health", self.health),
            Route("/health/live", self.live),
            Route("/health/ready", self.ready),
            Route("/metrics", self.metrics),
            Route("/openapi.json", self.openapi),
            Route("/docs", self.docs),
        ]

    async def predict(self, request: Request) -> Response:
        """Predict the row of the body, or each row of a list."""
        start = time.perf_counter()
        endpoint = self._endpoint(request)
        served = endpoint.served if endpoint else None
        status, rows = 500, 0  # unless it ends otherwise
        try:
            if endpoint is None:
                raise RefusedError(
                    404, [mistake("no such model", f"one of {list(self.endpoints)}")]
                )
            if served is None:
                raise RefusedError(503, [mistake(endpoint.degraded, "a version that answers")])
            typed, is_list = rows_of(await _body(request), served)
            refuse_unusual(typed, served)
            rows = len(typed)
            request_id, trial = uuid.uuid4().hex, endpoint.trial
            work = split(served, trial, typed), trial, served, request_id
            answered = (
                answer(*work) if rows <= INLINE_ROWS else await run_in_threadpool(answer, *work)
            )
            seconds, client = time.perf_counter() - start, request.scope.get(CLIENT, "")
            logged = [
                Asked(request_id, part.rows, answers, seconds, client, part)
                for part, answers in answered
            ]
            for asked in logged:
                self.log(asked.part.served, asked)
            answers = in_order(answered)
            if len(answered) == 1:
                served = answered[0][0].served
            status = 200
            return _json(
                answers if is_list else answers[0],
                headers={"x-request-id": request_id},
                afterwards=_shadows(trial, logged),
            )
        except RefusedError as error:
            status = error.status
            return _json({"errors": error.mistakes}, status)
        finally:
            seconds = time.perf_counter() - start
            name = endpoint.spec.name if endpoint else "unknown"
            version = str(served.version) if served else "none"
            self.measures.request(name, version, status, rows, seconds)

    async def labels(self, request: Request) -> Response:
        """Keep the labels of answered rows, for the performance of their day."""
        endpoint = self._endpoint(request)
        try:
            if endpoint is None:
                raise RefusedError(
                    404, [mistake("no such model", f"one of {list(self.endpoints)}")]
                )
            body = await _body(request)
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

    def _endpoint(self, request: Request) -> Endpoint | None:
        return self.endpoints.get(request.path_params.get("model", self.only))


STATES = ("ok", "degraded", "down")


def application(api: Api) -> Unraised:
    """The app of the routes, without its guards."""
    return Unraised(Starlette(routes=api.routes(), exception_handlers={500: _unexpected}))


def info(endpoint: Endpoint) -> dict[str, Any]:
    """What `/model-info` says."""
    served = endpoint.served
    about: dict[str, Any] = {"model": endpoint.spec.name, "status": _health(endpoint)["status"]}
    if served:
        about |= {
            "model_version": str(served.version),
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
    version = {"model_version": str(endpoint.served.version)}
    if endpoint.problem:
        return {"status": "degraded", "reason": endpoint.problem, **version}
    return {"status": "ok", **version}


async def _body(request: Request) -> bytes:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise RefusedError(415, [mistake(f"the content type {media!r}", "application/json")])
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise RefusedError(413, [mistake("a longer body", f"at most {MOST_BYTES:,} bytes")])
    return bytes(body)


def _shadows(trial: Trial | None, logged: Sequence[Asked]) -> BackgroundTasks | None:
    """What the challenger predicts once the answer is sent, in a thread."""
    if trial is None or not trial.plan.shadow:
        return None
    tasks = BackgroundTasks()
    for asked in logged:
        if asked.part.experiment:
            tasks.add_task(shadow, trial, asked)
    return tasks


def _json(
    content: Any,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    afterwards: BackgroundTasks | None = None,
) -> Response:
    text = orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    return Response(text, status, headers, media_type="application/json", background=afterwards)


class Unraised:
    """ASGI middleware: an error that was answered with 500 ends here.

    Starlette raises it again, and the server would print it with its text, in which there may be
    values of the request.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on."""
        with suppress(Exception):  # `_unexpected` has logged it
            await self.app(scope, receive, send)


async def _unexpected(request: Request, error: Exception) -> Response:
    """No stack trace and no values in the answer; the kind of error is in the log."""
    LOG.error("%s: %s in %s", request.url.path, type(error).__name__, type(error).__module__)
    return _json({"errors": [mistake("an error of the server", "an answer")]}, 500)
