"""The log's files: torn lines, packing into Parquet, days of a time zone, and labels."""

import json
import os
import stat
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mlops_assets.data.prediction_log.appending import Appender
from mlops_assets.data.prediction_log.entry import Entry, Torn
from mlops_assets.data.prediction_log.identity_hash import identity_hash
from mlops_assets.data.prediction_log.labels import LabelLog, label_line, labels_since
from mlops_assets.data.prediction_log.latency import day_latency
from mlops_assets.data.prediction_log.packed_day import PackedDay
from mlops_assets.data.prediction_log.packing import pack
from mlops_assets.data.prediction_log.places import LOG, log_files, model_folder
from mlops_assets.data.prediction_log.reading import bounds_of, entries_between
from mlops_assets.data.sources.prediction_log import PredictionLogSource
from mlops_assets.errors import InputError

DAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 2, tzinfo=UTC)
SOURCE = PredictionLogSource.model_validate({"model": "small", "target": "y"})


def line(number: int, at: datetime = NOON, **more: Any) -> bytes:
    """A line as the server writes it."""
    given = {"at": at.isoformat(), "request": f"r{number}", "version": "registry-1"}
    row = {"x": number / 10, "c": "a"}
    given |= {"milliseconds": 0.4, "client": "", "place": 0, "row": row, "answer": {}}
    return json.dumps({**given, **more}).encode() + b"\n"


def write(home: Path, *lines: bytes, hour: str = "2026-03-01T12") -> Path:
    """Append lines to an hourly file."""
    Appender(model_folder(home, "small") / LOG).append(f"{hour}.jsonl", b"".join(lines))
    return model_folder(home, "small") / LOG / f"{hour}.jsonl"


def requests(settings, day: date = DAY, zone: str = "UTC") -> list[str]:
    """The ids of a day's requests."""
    return [it.request for it in entries_between(settings, "small", *bounds_of(day, zone), Torn())]


def test_a_day_has_the_rows_of_its_time_zone(settings):
    for hour in (22, 23):
        moment = datetime(2026, 2, 28, hour, 30, tzinfo=UTC)
        write(settings.home, line(hour, moment), hour=f"{moment:%Y-%m-%dT%H}")
    write(settings.home, line(1))
    assert requests(settings) == ["r1"]
    assert requests(settings, zone="Europe/Berlin") == ["r23", "r1"]
    assert requests(settings, zone="Europe/Berlin", day=date(2026, 2, 28)) == ["r22"]


def test_the_latency_of_a_day_counts_requests_before_and_after_packing(settings):
    assert day_latency(settings, "small", DAY, "UTC") is None
    write(settings.home, *(line(number, milliseconds=number) for number in range(1, 101)))
    write(settings.home, line(100, milliseconds=500.0, place=1))  # a second row of a request
    write(settings.home, line(200, LATER, milliseconds=900.0), hour="2026-03-02T02")
    seen = day_latency(settings, "small", DAY, "UTC")
    assert seen is not None
    assert (seen.requests, seen.rows, seen.slowest_milliseconds) == (100, 101, 500.0)
    assert seen.p50_milliseconds == pytest.approx(50.5)
    assert seen.p99_milliseconds == pytest.approx(99 + 0.01 * 401)
    assert seen.text() == "100 requests, p50 50.5 ms, p99 103 ms"
    assert pack(settings, "small", LATER + timedelta(hours=1)) == [DAY]
    assert day_latency(settings, "small", DAY, "UTC") == seen


def test_torn_lines_are_skipped_and_counted_wherever_they_are(settings):
    torn = line(2)[:40]
    file = write(settings.home, line(1), torn)
    write(settings.home, line(3))  # by a server that was started again
    with file.open("ab") as opened:
        opened.write(line(4)[:-1])
    found = Torn()
    entries = entries_between(settings, "small", *bounds_of(DAY, "UTC"), found)
    assert [it.request for it in entries] == ["r1", "r3"]
    assert len(found) == 2


@pytest.mark.parametrize("bad", [b"[]\n", b'{"at": 1}\n', b"\xff\xfe\n", b'{"at": "2026"}\n'])
def test_a_line_that_is_no_entry_counts_as_torn(settings, bad):
    write(settings.home, bad, line(1))
    table = SOURCE.read_day(settings, DAY, None)
    assert table["request_row"].tolist() == ["r1/0"]


def test_the_table_has_features_context_row_id_time_and_labels(settings):
    write(settings.home, line(1, context={"site": "north"}), line(2))
    hashed = identity_hash(settings.home, [])
    LabelLog(settings.home, "small").write(
        [label_line({"request_id": "r2", "label": 1}, hashed, LATER)]
    )
    table = SOURCE.read_day(settings, DAY, "seen")
    assert table["x"].tolist() == [0.1, 0.2]
    assert table["site"].tolist() == ["north", None]
    assert table["request_row"].tolist() == ["r1/0", "r2/0"]
    assert table["seen"].tolist() == [NOON, NOON]
    assert table["y"].isna().tolist() == [True, False]


def test_a_day_without_requests_is_an_empty_table(settings):
    assert SOURCE.read_day(settings, DAY, None).empty


def test_past_days_become_parquet_and_read_the_same(settings):
    file = write(settings.home, line(1), line(2, context={"a": "ü"}, identity="f0"), line(3)[:9])
    kept = write(settings.home, line(4, LATER), hour="2026-03-02T02")
    before = list(entries_between(settings, "small", *bounds_of(DAY, "UTC"), Torn()))
    assert pack(settings, "small", NOON + timedelta(hours=13)) == []
    assert pack(settings, "small", LATER) == [DAY]
    assert not file.exists()
    assert kept.exists()
    torn = Torn()
    assert list(entries_between(settings, "small", *bounds_of(DAY, "UTC"), torn)) == before
    assert len(torn) == 1
    assert pack(settings, "small", LATER) == []


@pytest.mark.parametrize("stop", ["write", "unlink"])
def test_packing_that_is_interrupted_loses_and_repeats_nothing(settings, monkeypatch, stop):
    write(settings.home, line(1))
    write(settings.home, line(2), hour="2026-03-01T13")

    def fail(*_: object, **__: object) -> None:
        raise OSError("killed")

    with monkeypatch.context() as patch:
        if stop == "unlink":
            patch.setattr(Path, "unlink", fail)
        else:
            patch.setattr(PackedDay, "_require", fail)
        with pytest.raises(OSError, match="killed"):
            pack(settings, "small", LATER)
    assert len(log_files(settings.home, "small")) == 2
    assert requests(settings) == ["r1", "r2"]
    pack(settings, "small", LATER)
    assert requests(settings) == ["r1", "r2"]
    assert log_files(settings.home, "small") == []
    assert [it.name for it in Path(settings.lake_url, "small", LOG).iterdir()] == [f"{DAY}.parquet"]


def test_lines_that_come_after_packing_are_added(settings):
    write(settings.home, line(1))
    pack(settings, "small", LATER)
    write(settings.home, line(2), hour="2026-03-01T14")
    assert requests(settings) == ["r1", "r2"]
    pack(settings, "small", LATER)
    assert requests(settings) == ["r1", "r2"]


def test_servers_on_two_machines_have_one_day_in_the_lake(settings, tmp_path):
    other = settings.model_copy(update={"home": tmp_path / "other"})
    write(settings.home, line(1))
    write(other.home, line(2), line(3))  # of the same hour
    for machine in (settings, other):
        assert pack(machine, "small", LATER) == [DAY]
    write(other.home, line(4), hour="2026-03-01T14")
    assert pack(other, "small", LATER) == [DAY]
    for machine in (settings, other):
        assert sorted(requests(machine)) == ["r1", "r2", "r3", "r4"]


def test_a_day_that_release_0_1_packed_is_not_packed_again(settings):
    file = write(settings.home, line(1))
    text = file.read_bytes()
    pack(settings, "small", LATER)
    packed = PackedDay(settings, "small", DAY)
    notes = packed.notes()
    notes["bytes"] = {name.rpartition("/")[2]: size for name, size in notes["bytes"].items()}
    packed.write(list(packed.entries()), notes)
    file.write_bytes(text)  # it was stopped before it removed the file
    write(settings.home, line(2))
    pack(settings, "small", LATER)
    assert requests(settings) == ["r1", "r2"]


def peak(settings, rows: int) -> int:
    """The most memory that packing and reading a day of so many rows takes, in bytes."""
    write(settings.home, *map(line, range(rows)))
    tracemalloc.start()
    pack(settings, "small", LATER)
    begin, end = bounds_of(DAY, "UTC")
    count = sum(1 for _ in entries_between(settings, "small", begin, end, Torn()))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == rows
    return most


def test_memory_does_not_grow_with_the_log(settings, monkeypatch, tmp_path):
    monkeypatch.setattr("mlops_assets.data.prediction_log.packed_day.BATCH", 200)
    peak(settings, 600)  # imports
    small = peak(
        settings.model_copy(update={"home": tmp_path / "a", "lake_url": str(tmp_path / "la")}),
        1_000,
    )
    large = peak(
        settings.model_copy(update={"home": tmp_path / "b", "lake_url": str(tmp_path / "lb")}),
        6_000,
    )
    assert large < 2 * small


def entry(number: int, identity: str = "") -> Entry:
    """A row that was asked."""
    return Entry(NOON, f"r{number}", 0, "registry-1", {}, {}, identity=identity)


def test_labels_join_on_the_request_or_on_the_identity(settings):
    hashed = identity_hash(settings.home, ["id"])
    give = [
        {"request_id": "r1", "place": 0, "label": "late"},
        {"id": 7.0, "y": "known"},
        {"request_id": "r3", "label": "own"},
        {"id": "8", "label": "of another request"},
        {"request_id": "r1", "place": 1, "label": "of another row"},
        {"request_id": "r1", "place": 0, "label": "corrected"},
    ]
    LabelLog(settings.home, "small").write([label_line(it, hashed, LATER, "y") for it in give])
    rows = [entry(1), entry(2, hashed.of({"id": 7})), entry(3, hashed.of({"id": 8})), entry(4)]
    found = labels_since(settings.home, "small", DAY, rows)
    assert found == {"r1/0": "corrected", "r2/0": "known", "r3/0": "own"}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"request_id": "r1"},
        {"request_id": "r1", "label": None},
        {"request_id": "r1", "label": [1]},
        {"request_id": 5, "label": 1},
        {"request_id": "r1", "place": -1, "label": 1},
        {"label": 1},
        {"id": None, "label": 1},
        "text",
    ],
)
def test_a_label_of_no_row_is_refused(settings, given):
    with pytest.raises(InputError):
        label_line(given, identity_hash(settings.home, ["id"]), LATER)


def test_the_key_is_of_the_home_and_only_its_owner_reads_it(settings, tmp_path):
    first, again = (identity_hash(settings.home, ["id"]).of({"id": 7}) for _ in range(2))
    assert first == again != identity_hash(tmp_path, ["id"]).of({"id": 7})
    key = settings.home / "serving" / "identity.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert os.listdir(key.parent) == ["identity.key"]


def test_the_hash_needs_the_whole_identity_and_does_not_know_its_spelling(settings):
    hashed = identity_hash(settings.home, ["a", "b"])
    assert hashed.of({"a": 1}) == ""
    assert hashed.of({"a": 1, "b": "2"}) == hashed.of({"b": 2.0, "a": "1"})
    assert hashed.of({"a": 1, "b": 2}) != hashed.of({"a": 2, "b": 1})


def test_after_a_full_disk_the_next_line_is_whole(tmp_path, monkeypatch):
    appender, real = Appender(tmp_path), os.write

    def full(file: int, lines: bytes) -> int:
        if len(lines) < 5:
            raise OSError(28, "No space left on device")
        return real(file, lines[: len(lines) - 3])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            appender.append("a", b"torn line\n")
    appender.append("a", b"whole line\n")
    assert (tmp_path / "a").read_bytes() == b"torn li\nwhole line\n"
