"""Run health checks with a time limit, and collect findings, latencies and advice."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from mlops_assets.errors import InputError

Status = Literal["healthy", "warning", "unhealthy"]
LIMIT_SECONDS = 10.0
INIT = "run `mlops-assets init`"
UPGRADE = "take a backup, then run `mlops-assets upgrade`"


@dataclass(frozen=True)
class Seen:
    """The finding of a check. A warning does not make the whole unhealthy."""

    seen: str
    status: Status = "healthy"
    todo: str = ""


@dataclass(frozen=True)
class Checked:
    """The outcome of a check, for users and programs; `milliseconds` is its latency."""

    name: str
    status: Status
    seen: str
    milliseconds: float
    todo: str = ""


@dataclass
class _Outcome:
    found: list[Seen] = field(default_factory=list)


def check_all(
    checks: Iterable[tuple[str, Callable[[], Seen]]], limit: float = LIMIT_SECONDS
) -> Iterator[Checked]:
    """Yield the outcome of each check. One that takes longer than `limit` seconds is unhealthy.

    A check that hangs is abandoned in a daemon thread, which does not keep the process alive.
    """
    for name, check in checks:
        outcome, began = _Outcome(), time.perf_counter()
        thread = threading.Thread(target=_run, args=(check, outcome), daemon=True, name=name)
        thread.start()
        thread.join(limit)
        took = round((time.perf_counter() - began) * 1000, 1)
        timeout = Seen(f"no answer within {limit:g} s", "unhealthy", "check the server or the disk")
        seen = outcome.found[0] if outcome.found else timeout
        yield Checked(name, seen.status, seen.seen, took, seen.todo)


def overall(checked: Iterable[Checked]) -> Literal["healthy", "unhealthy"]:
    """Unhealthy if any check is; warnings do not count."""
    return "unhealthy" if any(c.status == "unhealthy" for c in checked) else "healthy"


def _run(check: Callable[[], Seen], outcome: _Outcome) -> None:
    try:
        outcome.found.append(check())
    except InputError as error:
        outcome.found.append(Seen(error.seen, "unhealthy", error.todo))
    except Exception as error:  # noqa: BLE001 - show the user whatever a store raises
        text = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no text'}"
        outcome.found.append(Seen(text, "unhealthy", "see the message"))
