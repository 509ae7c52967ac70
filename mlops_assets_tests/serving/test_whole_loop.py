"""The loop through the API: requests drift, one retrain learns from them, the new version answers.

And a server that is killed: no answered row is missing in the log.
"""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import requests

from mlops_assets.data.prediction_log.entry import Torn
from mlops_assets.data.prediction_log.reading import bounds_of, entries_between
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.forked import run_code
from mlops_assets_tests.server import free_port, wait_until
from mlops_assets_tests.serving.asked import move_to
from mlops_assets_tests.serving.running import MODEL, YAML, Serving, serving
from mlops_assets_tests.world import small_table

pytestmark = pytest.mark.process

PLAY = """
import sys
from datetime import date
from mlops_assets.cli.replay import Replay
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.settings import Settings

settings = Settings.from_environment()
with open_instance(settings) as instance:
    replay = Replay("small", instance, settings)
    for day in sys.argv[1:]:
        replay.play(date.fromisoformat(day))
"""
KILLS = 20
AT_ONCE = 4


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Checkout:
    """The model, trained as of four days ago."""
    made = make_checkout(tmp_path_factory.mktemp("served"))
    made.model(MODEL, YAML)
    small_table(800).to_csv(made.folder / "table.csv", index=False)
    made.play((MODEL, "retrain", str(ago(4))))
    return made


def ago(days: int) -> date:
    """The day so many days before today, in UTC."""
    return datetime.now(UTC).date() - timedelta(days=days)


def ask(url: str, rows: list[dict], answered: list[tuple[str, int]]) -> None:
    """Ask for each row until the server is gone; `answered` gets each answer's request id."""
    with requests.Session() as session:
        for row in rows:
            try:
                answer = session.post(f"{url}/predict", json=row, timeout=30)
            except requests.RequestException:
                return
            if answer.status_code == 200:
                count = len(row) if isinstance(row, list) else 1
                answered.append((answer.headers["x-request-id"], count))


def drifted(count: int) -> Iterator[tuple[dict, int]]:
    """Rows of which `x` has moved, with their labels."""
    for row in small_table(count).to_dict("records"):
        x = 0.5 + row["x"]
        yield {"x": x, "c": row["c"]}, int(x > 0.9)


def test_drift_of_what_was_asked_leads_to_one_retrain_and_the_new_version_answers(checkout):
    days = ago(3), ago(2)
    for day in days:
        with serving(checkout) as server:
            assert server.version() == "registry-1"
            labelled = list(drifted(1_000))
            answered: list[tuple[str, int]] = []
            ask(server.url, [row for row, _ in labelled], answered)
            assert len(answered) == 1_000
        label(checkout, [it for it, _ in answered], [it for _, it in labelled])
        move_to(checkout.settings, MODEL, day)
    with serving(checkout) as server:
        words = [*map(str, days)]
        done = run_code(PLAY, words, folder=checkout.folder, environment=checkout.environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("retrained:") == 1
        assert "retrained: version 1 → 2 in production" in done.stdout
        wait_until(lambda: server.version() == "registry-2", 30)
        assert server.predict({"x": 0.9, "c": "a"}).json()["model_version"] == "registry-2"


def label(checkout: Checkout, request_ids: list[str], labels: list[int]) -> None:
    """Give the labels in a CSV."""
    both = zip(request_ids, labels, strict=True)
    text = "request_id,label\n" + "".join(f"{it},{label}\n" for it, label in both)
    (checkout.folder / "labels.csv").write_text(text)
    done = checkout.run("labels", MODEL, "labels.csv", "--json")
    assert json.loads(done.stdout) == {"model": MODEL, "labels": len(labels)}


def test_one_command_trains_registers_and_serves(checkout):
    port = str(free_port())
    command = checkout.start("pipeline", MODEL, "--port", port)
    server = Serving(command, f"http://127.0.0.1:{port}")
    try:
        assert wait_until(server.version, 120).startswith("registry-")
    finally:
        command.interrupt()
    done = command.finish()
    assert "production_version   done" in done.stdout
    assert "Traceback" not in done.stderr


def test_killed_under_load_no_answered_row_is_missing_in_the_log(checkout):
    answered: list[tuple[str, int]] = []
    batch = small_table(200)[["x", "c"]].to_dict("records")
    load = [*batch[:50], batch] * 1_000
    for _ in range(KILLS):
        with serving(checkout) as server:
            before = len(answered)
            asking = [
                threading.Thread(target=ask, args=(server.url, load, answered))
                for _ in range(AT_ONCE)
            ]
            for it in asking:
                it.start()
            wait_until(lambda before=before: len(answered) > before + 100, 60)
            server.command.kill()
            for it in asking:
                it.join()
    found: dict[str, int] = {}
    begin, end = bounds_of(ago(1), "UTC")[0], bounds_of(ago(0), "UTC")[1]
    for it in entries_between(checkout.settings, MODEL, begin, end, Torn()):
        found[it.request] = found.get(it.request, 0) + 1
    assert len(answered) > KILLS * 100
    assert [it for it, count in answered if found.get(it) != count] == []
