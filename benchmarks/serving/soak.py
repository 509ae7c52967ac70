"""Half of the most requests for minutes, while versions are promoted and rolled back."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from benchmarks.report import Report, met, progress
from benchmarks.serving.models import Row, Trained, trained
from benchmarks.serving.servers import Server, ours
from mlops_assets.client import ModelRegistry
from mlops_assets.data.prediction_log.places import log_files

EVERY_SECONDS, FOLLOWED = 20, 15
ABOUT = (
    "Half of the most requests, eight connections, the prediction log on. Two versions take turns\n"
    "in production every 20 seconds. An answer is wrong if it is not, to the last digit, what its\n"
    "version answers when it serves alone."
)


def run(report: Report, minutes: int) -> None:
    """Soak for so many minutes; then SIGTERM."""
    with trained() as made:
        made.retrain(n_estimators=100)
        row, registry = made.rows(1), ModelRegistry(made.settings, actor="benchmark")
        with ours(made.checkout, made.name) as server:
            alone = {it: _alone(server, row, registry, made.name, it) for it in ("1", "2")}
            rate = server.load(row, 5)["a_second"] / 2
            progress(f"{rate:,.0f} requests a second for {minutes} minutes")
            before, answers = _logged(made), made.checkout / "answers.json"
            with _promoting(registry, made.name) as promotions:
                found = server.load(row, 60 * minutes, rate=rate, answers=str(answers))
            rows = _logged(made) - before
            server.process.send_signal(signal.SIGTERM)
            code = server.process.wait(60)
        wrong = _wrong(answers, alone)
    report.section("Soak", ABOUT, _lines(found, wrong, rows, promotions, code))


def _alone(server: Server, row: list[Row], registry: ModelRegistry, name: str, it: str) -> Any:
    """What a version answers when it alone serves."""
    _promote(registry, name, it)
    progress(f"promoted {it}")
    ends = monotonic() + FOLLOWED
    while (answer := server.ask(row))["model_version"] != f"registry-{it}":
        if monotonic() > ends:
            raise RuntimeError(f"version {it} is not followed: {answer}")
        sleep(0.2)
    return answer


def _promote(registry: ModelRegistry, name: str, number: str) -> None:
    registry.promote_model(name, number, reason="benchmark", force=True)


@contextmanager
def _promoting(registry: ModelRegistry, name: str) -> Iterator[list[str]]:
    """A thread that promotes the other version again and again; which it promoted."""
    done: list[str] = []
    stop = threading.Event()

    def promote() -> None:
        while not stop.wait(EVERY_SECONDS):
            number = "1" if len(done) % 2 == 0 else "2"
            _promote(registry, name, number)
            done.append(number)

    thread = threading.Thread(target=promote)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


def _logged(made: Trained) -> int:
    """Rows in the prediction log."""
    files = log_files(made.settings.home, made.name)
    return sum(file.read_bytes().count(b"\n") for file in files)


def _wrong(answers: Path, alone: dict[str, Any]) -> int:
    """Answers that no version gives alone."""
    counted = json.loads(answers.read_text())
    right = list(alone.values())
    return sum(count for text, count in counted.items() if json.loads(text) not in right)


def _lines(
    found: dict[str, Any], wrong: int, logged: int, promotions: list[str], code: int
) -> list[str]:
    lost = found["requests"] - logged
    progress(f"soak: {found}")
    return [
        f"{found['requests']:,} requests, {found['a_second']:,.0f} a second, "
        f"{len(promotions)} promotions",
        f"p50 {found['p50_ms']:.2f} ms, p99 {found['p99_ms']:.2f} ms",
        f"failed: {found['failed']}, {met(found['failed'] == 0)}",
        f"answers of a wrong version: {wrong}, {met(wrong == 0)}",
        f"rows that the log does not have: {lost}, {met(lost == 0)}",
        f"SIGTERM ends it with exit code {code}, {met(code == 0)}",
    ]
