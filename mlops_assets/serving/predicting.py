"""`POST …/predict`: from the bytes of a request to those of its answer, logged and counted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from starlette.concurrency import run_in_threadpool

from mlops_assets.errors import logger
from mlops_assets.serving.answers import RefusedError, mistake, refuse_unusual, rows_of
from mlops_assets.serving.body import read_body
from mlops_assets.serving.endpoint import Endpoint
from mlops_assets.serving.limits import CLIENT
from mlops_assets.serving.measures import Measures
from mlops_assets.serving.prediction_log import Asked
from mlops_assets.serving.served_model import ServedModel
from mlops_assets.serving.trial import Trial
from mlops_assets.serving.variants import answer, in_order, shadow, split

LOG = logger(__name__)
INLINE_ROWS = 20
"""More rows are predicted in a thread, so that other requests do not wait for them."""
JSON = (b"content-type", b"application/json")
Log = Callable[[ServedModel, Asked], None]


class Reply(NamedTuple):
    """What is sent. `request` is the id of what was predicted; `asked` is what was logged."""

    status: int
    body: bytes
    rows: int = 0
    version: str = ""
    request: str = ""
    asked: Sequence[Asked] = ()


class Predicting:
    """ASGI app that predicts; `only` is the model of the short address, if there is one."""

    def __init__(
        self, endpoints: Mapping[str, Endpoint], only: str, log: Log, measures: Measures
    ) -> None:
        self.endpoints, self.only, self.log, self.measures = endpoints, only, log, measures
        self.names = {f"/models/{name}/predict": name for name in endpoints}
        if only:
            self.names["/predict"] = only
        self._ids = request_ids()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Predict the row of the body, or each row of a list."""
        start = time.perf_counter()
        endpoint = self._endpoint(scope)
        served = endpoint.served if endpoint else None
        trial = endpoint.trial if endpoint else None
        reply = Reply(500, b"")  # unless it ends otherwise
        try:
            served = self.served(endpoint)
            body = await read_body(scope, receive)
            reply = await self._predicted(body, served, trial, scope.get(CLIENT, ""), start)
        except RefusedError as error:
            reply = Reply(error.status, orjson.dumps({"errors": error.mistakes}))
        finally:
            self._count(endpoint, served, reply, time.perf_counter() - start)
        await _send(reply, send)
        if trial is not None and trial.plan.shadow:
            for asked in reply.asked:
                if asked.part.experiment:
                    await run_in_threadpool(shadow, trial, asked)

    async def _predicted(
        self, body: bytes, served: ServedModel, trial: Trial | None, client: str, start: float
    ) -> Reply:
        """Predict, and log what is going to be sent. Raises `RefusedError`."""
        rows, is_list = rows_of(body, served)
        refuse_unusual(rows, served)
        request = next(self._ids)
        work = split(served, trial, rows), trial, served, request
        is_small = len(rows) <= INLINE_ROWS
        answered = answer(*work) if is_small else await run_in_threadpool(answer, *work)
        seconds = time.perf_counter() - start
        logged = [
            Asked(request, part.rows, found, seconds, client, part) for part, found in answered
        ]
        self._write(logged, self.endpoints[served.name])
        found = in_order(answered)
        text = b"[" + b",".join(found) + b"]" if is_list else found[0]
        by = logged[0].part.served if len(logged) == 1 else served
        return Reply(200, text, len(rows), by.name_of_version, request, logged)

    def _write(self, logged: Sequence[Asked], endpoint: Endpoint) -> None:
        """Log what is going to be sent. Raises `RefusedError`."""
        try:
            for asked in logged:
                self.log(asked.part.served, asked)
        except OSError as error:
            why = f"the prediction log cannot be written: {error.strerror}"
            if endpoint.unlogged != why:
                LOG.error("%s: %s", endpoint.spec.name, why)
            endpoint.unlogged = why
            raise RefusedError(503, [mistake(why, "a log that takes each answer")]) from None
        if endpoint.unlogged:
            LOG.warning("%s: the prediction log can be written again", endpoint.spec.name)
            endpoint.unlogged = ""

    def _endpoint(self, scope: Any) -> Endpoint | None:
        name = self.names.get(scope["path"])
        if name is None:  # as Starlette's routes have it
            name = scope["path_params"].get("model", self.only)
        return self.endpoints.get(name)

    def served(self, endpoint: Endpoint | None) -> ServedModel:
        """The version that answers. Raises `RefusedError` if there is no such model, or none."""
        if endpoint is None:
            known = f"one of {list(self.endpoints)}"
            raise RefusedError(404, [mistake("no such model", known)])
        if endpoint.served is None:
            raise RefusedError(503, [mistake(endpoint.degraded, "a version that answers")])
        return endpoint.served

    def _count(
        self, endpoint: Endpoint | None, served: ServedModel | None, reply: Reply, seconds: float
    ) -> None:
        name = endpoint.spec.name if endpoint else "unknown"
        version = reply.version or (served.name_of_version if served else "none")
        self.measures.request(name, version, reply.status, reply.rows, seconds)


async def _send(reply: Reply, send: Any) -> None:
    headers = [(b"content-length", b"%d" % len(reply.body)), JSON]
    if reply.request:
        headers.append((b"x-request-id", reply.request.encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


def request_ids() -> Iterator[str]:
    """128 random bits each, which nobody can guess; the system is asked for 256 of them at once."""
    while True:
        many = os.urandom(16 * 256).hex()
        yield from (many[place : place + 32] for place in range(0, len(many), 32))
