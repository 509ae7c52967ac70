"""Send one request again and again over several connections, and print what came as JSON.

`python -m benchmarks.serving.client` takes a `Load` as JSON from stdin. It is a process of its own:
what it costs is not the server's.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Load:
    """What is sent, and how: `rate` requests a second in all, or as many as are answered (0)."""

    port: int
    path: str
    body: str
    seconds: float
    connections: int = 8
    rate: float = 0.0
    answers: str = ""
    """A file for every answer that differs, with how often it came."""


@dataclass
class Seen:
    """What came back. A request that waits for its turn is timed from its turn."""

    took: list[float] = field(default_factory=list)
    failed: int = 0
    answers: dict[str, int] = field(default_factory=dict)


async def send_all(load: Load) -> Seen:
    """All connections until the seconds are over."""
    seen, began = Seen(), time.perf_counter()
    tasks = [_connection(load, seen, began, number) for number in range(load.connections)]
    await asyncio.gather(*tasks)
    return seen


async def _connection(load: Load, seen: Seen, began: float, number: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    request = _request(load)
    step = load.connections / load.rate if load.rate else 0.0
    turn = began + number * step / load.connections
    while (now := time.perf_counter()) < began + load.seconds:
        if step and turn > now:
            await asyncio.sleep(turn - now)
        since = turn if step else now
        writer.write(request)
        status, body = await _answer(reader)
        seen.took.append(time.perf_counter() - since)
        seen.failed += status != b"200"
        if load.answers:
            text = body.decode()
            seen.answers[text] = seen.answers.get(text, 0) + 1
        turn += step
    writer.close()


def _request(load: Load) -> bytes:
    body = load.body.encode()
    head = (
        f"POST {load.path} HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
    return head.split(b" ", 2)[1], await reader.readexactly(length)


def figures(seen: Seen, seconds: float) -> dict[str, Any]:
    """Requests a second, and milliseconds that half and 99 of 100 took at most."""
    took = sorted(seen.took)
    return {
        "requests": len(took),
        "failed": seen.failed,
        "a_second": len(took) / seconds,
        "p50_ms": 1000 * took[len(took) // 2],
        "p99_ms": 1000 * took[int(0.99 * (len(took) - 1))],
    }


if __name__ == "__main__":
    import uvloop

    given = Load(**json.loads(sys.stdin.read()))
    start = time.perf_counter()
    found = uvloop.run(send_all(given))
    if given.answers:
        Path(given.answers).write_text(json.dumps(asdict(found)["answers"]))
    print(json.dumps(figures(found, time.perf_counter() - start)))
