"""What the server writes of a request: what was sent, in the file of the hour, nothing personal."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlops_assets.data.prediction_log.entry import Torn, entries_in
from mlops_assets.data.prediction_log.places import log_files
from mlops_assets.serving.hourly_file import HourlyFile
from mlops_assets.serving.predicting import request_ids
from mlops_assets.serving.prediction_log import Asked, log_lines
from mlops_assets.serving.served_model import ServedModel
from mlops_assets.serving.trial import Part
from mlops_assets_tests.serving.served import ROW, Served

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def served(world) -> Served:
    world.begin()
    made = Served(world)
    made.look()
    return made


def test_what_is_sent_is_logged(served, world):
    single, several = served.ask(), served.ask([ROW, {"x": 7, "c": "new"}])
    sent = [single.json(), *several.json()]
    (file,) = log_files(world.settings.home, "small")
    torn = Torn()
    entries = list(entries_in(file, torn))
    assert [it.answer for it in entries] == sent
    assert [it.row for it in entries] == [ROW, ROW, {"x": 7, "c": "new"}]
    assert [it.request for it in entries] == [
        it.headers["x-request-id"] for it in (single, several, several)
    ]
    assert not torn


TEXTS = st.text(max_size=8) | st.sampled_from(['"', "a\nb", "\\u2028", "\u2028", "'; é 🫀"])
ROWS = st.fixed_dictionaries(
    {"x": st.none() | st.floats(allow_nan=False, allow_infinity=False), "c": st.none() | TEXTS},
    optional={"patient_id": st.none() | TEXTS | st.integers(-(2**53), 2**53)},
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=3), TEXTS, TEXTS)
def test_whatever_is_written_is_read_again(served, tmp_path, rows, request_id, client):
    version, file = served.endpoint.served, tmp_path / "2026-03-01T12.jsonl"
    answers = [{"prediction": row["c"], "warnings": [client]} for row in rows]
    part = Part(version, rows, range(len(rows)))
    asked = Asked(request_id, rows, [*map(orjson.dumps, answers)], 0.0123456, client, part)
    file.write_bytes(log_lines(version, asked, NOW))
    torn = Torn()
    entries = list(entries_in(file, torn))
    assert not torn
    assert [(it.row, it.answer, it.place) for it in entries] == [
        ({"x": row["x"], "c": row["c"]}, answers[place], place) for place, row in enumerate(rows)
    ]
    assert {(it.at, it.request, it.client, it.milliseconds) for it in entries} == {
        (NOW, request_id, client, 12.345)
    }


@pytest.mark.parametrize("further", [{}, {"name": "Anna"}])
def test_a_personal_feature_is_not_logged_whatever_else_the_row_has(served, further):
    version: ServedModel = replace(served.endpoint.served, personal=frozenset({"c"}))
    rows = [{"x": 0.5, "c": "Anna", **further}]
    asked = Asked("r", rows, [b"{}"], 0.001, "", Part(version, rows, range(1)))
    line: dict[str, Any] = json.loads(log_lines(version, asked, NOW))
    assert line["row"] == {"x": 0.5}
    assert "Anna" not in str(line)


def test_each_line_is_in_the_file_of_its_hour(tmp_path):
    file = HourlyFile(tmp_path)
    moments = [
        NOW,
        NOW + timedelta(minutes=59),
        NOW + timedelta(hours=1),
        NOW,
        NOW - timedelta(days=1),
    ]
    for number, moment in enumerate(moments):
        file.append(moment, [{"number": number}])
    found = {
        it.stem: [json.loads(line)["number"] for line in it.open()] for it in tmp_path.iterdir()
    }
    assert found == {"2026-03-01T12": [0, 1, 3], "2026-03-01T13": [2], "2026-02-28T12": [4]}


def test_no_request_id_comes_twice():
    found = [it for ids in (request_ids(), request_ids()) for it in islice(ids, 600)]
    assert len(set(found)) == 1200
    assert {len(bytes.fromhex(it)) for it in found} == {16}
