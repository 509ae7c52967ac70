"""What a request may be before it is read: its size, its type, its rate, and who sends it."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from typing import Any

from mlops_assets.errors import InputError
from mlops_assets.platform.ui.answers import header, refuse

MOST_BYTES = 5_000_000
OPEN = ("/health", "/health/live", "/health/ready")
CLIENT = "mlops_assets.client"
"""Where the name of the key stands in a request's scope."""


def api_keys(text: str) -> dict[str, str]:
    """The keys of SERVING_API_KEY by name: `alice:key1,bob:key2`, or one key alone.

    Raises `InputError`, without showing a key.
    """
    keys: dict[str, str] = {}
    for item in filter(None, (it.strip() for it in text.split(","))):
        name, colon, key = item.rpartition(":")
        name = name if colon else "default"
        if len(key) < 16 or name in keys or not key.isascii():
            raise InputError(
                seen=f"a key named {name!r} in SERVING_API_KEY is short, repeated or not ASCII",
                expected="name:key pairs with commas between them, keys of at least 16 characters",
                todo="make one with `python -c 'import secrets; print(secrets.token_urlsafe())'`",
            )
        keys[name] = key
    return keys


class ApiKey:
    """ASGI middleware: only requests with a key in `Authorization: Bearer …` or `X-API-Key`."""

    def __init__(self, app: Any, keys: Mapping[str, str]) -> None:
        self.app, self.keys = app, keys

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on with the key's name, or answer 401."""
        if "headers" not in scope or scope["path"] in OPEN:
            await self.app(scope, receive, send)
            return
        name = self._name(scope)
        if name is None:
            challenge = ((b"www-authenticate", b"Bearer"),)
            await refuse(scope, send, 401, "Send a key that SERVING_API_KEY names.\n", challenge)
            return
        scope[CLIENT] = name
        await self.app(scope, receive, send)

    def _name(self, scope: Any) -> str | None:
        bearer = [it[7:] for it in header(scope, b"authorization") if it[:7].lower() == "bearer "]
        given = [*bearer, *header(scope, b"x-api-key")]
        if len(given) != 1:
            return None
        found = None
        for name, key in self.keys.items():  # all are compared, so that time says nothing
            if hmac.compare_digest(key.encode(), given[0].encode("latin-1")):
                found = name
        return found


class Rate:
    """ASGI middleware: at most `each_second` requests of each client on average, 429 beyond."""

    def __init__(self, app: Any, each_second: float) -> None:
        self.app, self.each_second = app, each_second
        self.left: dict[str, tuple[float, float]] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on, or say when to come again."""
        if "headers" in scope and scope["path"] not in OPEN and not self._has_left(_client(scope)):
            again = ((b"retry-after", b"1"),)
            await refuse(scope, send, 429, "Too many requests; slow down.\n", again)
        else:
            await self.app(scope, receive, send)

    def _has_left(self, client: str) -> bool:
        now, most = time.monotonic(), max(1.0, self.each_second)
        tokens, then = self.left.get(client, (most, now))
        tokens = min(most, tokens + (now - then) * self.each_second)
        self.left[client] = (tokens - 1 if tokens >= 1 else tokens, now)
        return tokens >= 1


def _client(scope: Any) -> str:
    return scope.get(CLIENT) or str((scope.get("client") or ("",))[0])
