"""Read the body of a request, if it is JSON and not too long."""

from __future__ import annotations

from typing import Any

from starlette.requests import ClientDisconnect

from mlops_assets.serving.answers import RefusedError, mistake
from mlops_assets.serving.limits import MOST_BYTES

MEDIA = "application/json"


async def read_body(scope: Any, receive: Any) -> bytes:
    """The whole body. Raises `RefusedError`, and `ClientDisconnect` if it does not come."""
    given = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    media = given.decode("latin-1").partition(";")[0].strip().lower()
    if media != MEDIA:
        raise RefusedError(415, [mistake(f"the content type {media!r}", MEDIA)])
    parts, length, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        length, more = length + len(parts[-1]), message.get("more_body", False)
        if length > MOST_BYTES:
            raise RefusedError(413, [mistake("a longer body", f"at most {MOST_BYTES:,} bytes")])
    return b"".join(parts)
