"""Posts an alert to a webhook that takes Slack's JSON."""

import json
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.error import URLError
from urllib.request import (
    AbstractHTTPHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from mlops_assets.alerts.alert import Alert, slack_message
from mlops_assets.alerts.delivery import STEP_SECONDS, NotDeliveredError, TimeLimit

WORTH_ANOTHER_TRY = (408, 425, 429)


def post(alert: Alert, url: str) -> None:
    """One try. Raises `NotDeliveredError`. The usual proxy variables apply."""
    headers = {"Content-Type": "application/json", "User-Agent": "mlops-assets"}
    with TimeLimit() as limit:
        try:
            body = json.dumps(slack_message(alert)).encode()
            request = Request(url, body, headers, method="POST")  # noqa: S310, see _opener
            with _opener(limit).open(request, timeout=STEP_SECONDS) as answer:
                status = answer.status
        except URLError as error:
            cause = error.reason if isinstance(error.reason, Exception) else error
            raise limit.failure(cause) from error
        except (OSError, HTTPException, ValueError) as error:
            raise limit.failure(error) from error
    _require_success(status)


def _require_success(status: int) -> None:
    if 300 <= status < 400:
        raise NotDeliveredError(f"it answered {status}; redirects are not followed", again=False)
    if not 200 <= status < 300:
        again = status >= 500 or status in WORTH_ANOTHER_TRY
        raise NotDeliveredError(f"it answered {status}", again=again)


def _opener(limit: TimeLimit) -> OpenerDirector:
    """Knows http and https only, and gives every answer back as it came."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), _LimitedHandler(limit), UnknownHandler()):
        opener.add_handler(handler)
    return opener


class _LimitedHandler(AbstractHTTPHandler):
    """http and https on connections that a time limit can cut."""

    def __init__(self, limit: TimeLimit) -> None:
        super().__init__()
        self._limit = limit

    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(partial(self._connection, HTTPConnection), request)

    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(partial(self._connection, HTTPSConnection), request)

    def _connection(
        self, kind: type[HTTPConnection], host: str, /, **options: Any
    ) -> HTTPConnection:
        self._limit.connection = kind(host, **options)
        return self._limit.connection

    http_request = https_request = AbstractHTTPHandler.do_request_
