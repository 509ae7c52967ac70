"""Short answers of ASGI middleware."""

from __future__ import annotations

from typing import Any


def header(scope: Any, name: bytes) -> list[str]:
    """Every value of a request's header."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


async def refuse(
    scope: Any, send: Any, status: int, text: str, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    """Answer a request with a status and a text; a websocket is closed before it opens."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": text})
        return
    plain = (b"content-type", b"text/plain; charset=utf-8")
    start = {"type": "http.response.start", "status": status, "headers": [plain, *headers]}
    await send(start)
    await send({"type": "http.response.body", "body": text.encode()})
