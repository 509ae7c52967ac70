"""Whether the stores of the project are well: what was seen, how long it took, what to do."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from mlops_assets.errors import InputError

Status = Literal["healthy", "warning", "unhealthy"]
LIMIT_SECONDS = 10.0
INIT = "run `mlops-assets init`"


@dataclass(frozen=True)
class Seen:
    """What a check saw. A warning is worth a look and stops nothing."""

    seen: str
    status: Status = "healthy"
    todo: str = ""


@dataclass(frozen=True)
class Checked:
    """A check's outcome as people and programs read it; `milliseconds` is its latency."""

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
    """Each check's outcome as it comes. One that takes longer than `limit` seconds is unhealthy.

    A check that hangs is left behind in its thread, which does not keep the process alive.
    """
    for name, check in checks:
        outcome, began = _Outcome(), time.perf_counter()
        thread = threading.Thread(target=_run, args=(check, outcome), daemon=True, name=name)
        thread.start()
        thread.join(limit)
        took = round((time.perf_counter() - began) * 1000, 1)
        hangs = Seen(f"no answer within {limit:g} s", "unhealthy", "look at the server or the disk")
        seen = outcome.found[0] if outcome.found else hangs
        yield Checked(name, seen.status, seen.seen, took, seen.todo)


def overall(checked: Iterable[Checked]) -> Literal["healthy", "unhealthy"]:
    """Unhealthy as soon as one check is; a warning is not."""
    return "unhealthy" if any(c.status == "unhealthy" for c in checked) else "healthy"


def _run(check: Callable[[], Seen], outcome: _Outcome) -> None:
    try:
        outcome.found.append(check())
    except InputError as error:
        outcome.found.append(Seen(error.seen, "unhealthy", error.todo))
    except Exception as error:  # noqa: BLE001 - whatever a store raises is what a person must see
        words = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no text'}"
        outcome.found.append(Seen(words, "unhealthy", "see the message"))
