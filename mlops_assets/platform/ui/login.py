"""The login of both pages: basic authentication of the users in UI_USERS."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from mlops_assets.platform.ui.answers import header, refuse
from mlops_assets.platform.ui.users import matches

CHALLENGE = ((b"www-authenticate", b'Basic realm="mlops_assets", charset="UTF-8"'),)
# For whoever watches over the server; it says only that there is one.
OPEN = ("/health",)


class Login:
    """ASGI middleware: only `users` (name to hashed password) get an answer; a websocket too."""

    def __init__(self, app: Any, users: Mapping[str, str]) -> None:
        self.app, self.users = app, users
        # A browser sends the password with every request, and hashing takes a tenth of a second.
        self.key, self.known = secrets.token_bytes(32), set[bytes]()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on, or ask for a login."""
        free = "headers" not in scope or scope["path"] in OPEN
        if free or await self._is_user(header(scope, b"authorization")):
            await self.app(scope, receive, send)
        else:
            await refuse(scope, send, 401, "A login is needed.\n", CHALLENGE)

    async def _is_user(self, given: list[str]) -> bool:
        from starlette.concurrency import run_in_threadpool

        if len(given) != 1 or (found := _name_and_password(given[0])) is None:
            return False
        seen = hmac.digest(self.key, given[0].encode(), "sha256")
        if seen not in self.known and await run_in_threadpool(matches, self.users, *found):
            self.known.add(seen)
        return seen in self.known


def _name_and_password(header: str) -> tuple[str, str] | None:
    scheme, _, text = header.partition(" ")
    try:
        name, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, password) if colon and scheme.lower() == "basic" else None
