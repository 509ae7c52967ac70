"""Answer only requests that come from the pages themselves, not from other sites in a browser.

MLflow's server has this built in; this is for Dagster's, with settings named like MLflow's.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mlops_assets.platform.ui.answers import header, refuse

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
# A form or an image of another site cannot send these without asking first.
CONTENT_TYPES = ("application/json", "application/graphql")

KEPT = 100
"""Hosts whose verdict is kept: a server is asked under a few names."""


class SameOrigin:
    """ASGI middleware: a known Host, no foreign Origin, no change by GET, and JSON in a POST.

    `hosts` and `origins` may contain `*`. Without `hosts`, only this machine's own names are known.
    An Origin is foreign unless it names the Host of the request or is one of `origins`. `settings`
    are the variables that add hosts and origins.
    """

    def __init__(
        self,
        app: Any,
        hosts: Sequence[str] = (),
        origins: Sequence[str] = (),
        settings: tuple[str, str] = (
            "DAGSTER_SERVER_ALLOWED_HOSTS",
            "DAGSTER_SERVER_CORS_ALLOWED_ORIGINS",
        ),
    ) -> None:
        self.app, self.hosts, self.origins = app, hosts or LOOPBACK, origins
        self.settings = settings
        self._is_known = lru_cache(KEPT)(self._knows)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on, or refuse it."""
        status, why = self._refusal(scope) if "headers" in scope else (0, "")
        if why:
            await refuse(scope, send, status, why)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, scope: Any) -> tuple[int, str]:
        hosts = header(scope, b"host")
        if len(hosts) != 1 or not self._is_known(hosts[0].lower()):
            return 403, f"This Host is not in {self.settings[0]}.\n"
        if any(self._is_foreign(origin, hosts[0]) for origin in header(scope, b"origin")):
            return 403, f"This Origin is not in {self.settings[1]}.\n"
        method = scope.get("method", "")
        if method == "POST" and _media_type(scope) not in CONTENT_TYPES:
            return 415, f"Send it with the Content-Type {CONTENT_TYPES[0]}.\n"
        if method in ("GET", "HEAD") and _changes(scope["query_string"]):
            return 405, "Send a mutation with POST.\n"
        return 0, ""

    def _knows(self, host: str) -> bool:
        names = (host, _without_port(host))
        return any(fnmatchcase(name, _literal(known)) for known in self.hosts for name in names)

    def _is_foreign(self, origin: str, host: str) -> bool:
        if urlsplit(origin).netloc.lower() == host.lower():
            return False
        return not any(fnmatchcase(origin, _literal(known)) for known in self.origins)


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _literal(pattern: str) -> str:
    """A pattern in which only `*` is special; an IPv6 address has brackets."""
    return pattern.lower().replace("[", "[[]")


def _media_type(scope: Any) -> str:
    given = header(scope, b"content-type")
    return given[0].partition(";")[0].strip().lower() if len(given) == 1 else ""


def _changes(query_string: bytes) -> bool:
    """Whether the GraphQL of a query string is anything else than a query that can be read."""
    from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse

    for text in parse_qs(query_string.decode("latin-1")).get("query", []):
        try:
            parts = parse(text).definitions
        except GraphQLError:
            return False  # Dagster cannot run it either
        operations = [it for it in parts if isinstance(it, OperationDefinitionNode)]
        if any(it.operation is not OperationType.QUERY for it in operations):
            return True
    return False
