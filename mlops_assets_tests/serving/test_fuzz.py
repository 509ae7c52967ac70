"""Whatever is sent: an answer that the API's own description has, and never a 500."""

import json
from datetime import datetime
from typing import Any

import pandas as pd
import pytest
import schemathesis
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mlops_assets.client import ModelRegistry
from mlops_assets.serving.answers import rows_of
from mlops_assets.serving.frame_rows import FrameRows
from mlops_assets.serving.row_type import MOST_NUMBER
from mlops_assets_tests.serving.served import Served
from mlops_assets_tests.world import small_table

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
COLUMNS = {"numeric": ["x"], "categorical": ["c"], "boolean": ["b"], "date": ["d"], "text": ["t"]}
ROW: dict[str, Any] = {"x": 0.5, "c": "a", "b": True, "d": "2026-01-05", "t": "a few words"}
SECRET = "4711 of a request"  # noqa: S105
HERE = {"Host": "127.0.0.1"}
# The tests share one server: what one request does to it is part of what is tested.
FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates().map(str)
    | st.datetimes().map(str)
    | st.sampled_from(["", " ", "nan", "1e999", "yes", "0001-01-01", "9" * 400, 10**400, -0.0]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
ROWS = st.fixed_dictionaries({}, optional=dict.fromkeys([*ROW, "unknown"], VALUES))
NUMBERS = st.floats(-MOST_NUMBER, MOST_NUMBER, allow_nan=False) | st.integers(-(2**62), 2**62)
TYPED = {
    "x": NUMBERS,
    "c": st.sampled_from(["a", "b", "new", 7, True]) | st.text(min_size=1).filter(str.strip),
    "b": st.sampled_from([True, False, 1, 0, "yes", "OFF"]),
    "d": st.datetimes(datetime(1678, 1, 1), datetime(2261, 12, 31)).map(str),
    "t": st.text(),
}
BODIES = ROWS | st.lists(ROWS, max_size=3) | VALUES


@pytest.fixture(scope="module")
def served(shared_world) -> Served:
    world = shared_world
    table = small_table()
    mixed = {
        "b": ["yes" if i % 3 else "no" for i in range(len(table))],
        "d": pd.date_range("2025-01-01", periods=len(table)).strftime("%Y-%m-%d"),
        "t": [f"a word {i % 7}" if i % 5 else "" for i in range(len(table))],
    }
    table.assign(**mixed).to_csv(world.csv, index=False)
    world.spec = {**world.spec, "columns": COLUMNS, "serving": {"bands": {"Low": 0, "High": 0.5}}}
    world.begin()
    made = Served(world)
    made.look()
    return made


@pytest.fixture(scope="module")
def described(served) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", served.app, headers=HERE)


@pytest.fixture(scope="module")
def itself(served, shared_world) -> FrameRows:
    """The model's own way, by a DataFrame."""
    model = ModelRegistry(shared_world.settings).load_model("small")
    return FrameRows(model, served.endpoint.spec.columns)


@pytest.mark.parametrize("examples", [15, pytest.param(60, marks=pytest.mark.statistics)])
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_requests_from_the_description(described, mode, examples):
    @settings(FUZZ, max_examples=examples)
    @given(described["/predict"]["POST"].as_strategy(mode))
    def ask(case: Any) -> None:
        case.call_and_validate(headers=HERE, checks=CHECKS)

    ask()


def test_explanations_from_the_description(described):
    @settings(FUZZ, max_examples=15)
    @given(described["/explain"]["POST"].as_strategy(GenerationMode.POSITIVE))
    def ask(case: Any) -> None:
        case.call_and_validate(headers=HERE, checks=CHECKS)

    ask()


@pytest.mark.parametrize("path", ["/model-info", "/models", "/health", "/health/live", "/metrics"])
def test_what_is_asked_with_get(described, path):
    @settings(FUZZ, max_examples=10)
    @given(described[path]["GET"].as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(headers=HERE, checks=CHECKS)

    ask()


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/predict", "POST", {"Host": "evil.example"}, 403),
        ("/predict", "POST", {**HERE, "Origin": "http://evil.example"}, 403),
        ("/predict", "POST", {**HERE, "Content-Type": "text/plain"}, 415),
        ("/predict", "POST", {**HERE, "Content-Type": "application/graphql"}, 415),
        ("/predict", "GET", HERE, 405),
        ("/health", "GET", {"Host": "evil.example"}, 403),
    ],
)
def test_the_guards_answer_as_described(served, described, path, method, headers, status):
    with served.client() as client:
        answer = client.request(method, path, content=b"{}", headers=headers)
    documented = described[path]["POST" if path == "/predict" else "GET"].definition.raw
    assert answer.status_code == status
    media = answer.headers["content-type"].partition(";")[0]
    assert media in documented["responses"][str(status)]["content"]


@FUZZ
@given(body=st.binary(max_size=200) | BODIES.map(lambda it: json.dumps(it).encode()))
@example(body=json.dumps(ROW).encode())
@example(body=json.dumps([ROW, ROW]).encode())
@example(body=b'{"x": 0.5, "x": 0.6, "c": "a", "b": true, "d": "2026-01-05", "t": ""}')
@example(body=b"\xef\xbb\xbf" + json.dumps(ROW).encode())
@example(body=b'{"c": "\\ud800"}')
def test_any_body_is_answered_or_refused_with_a_reason(served, body):
    with served.client() as client:
        answer = client.post("/predict", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 422)
    said = answer.json()
    assert said if answer.status_code == 200 else said["errors"]


@FUZZ
@given(rows=st.lists(st.fixed_dictionaries(TYPED), min_size=1, max_size=3))
def test_rows_of_the_right_types_get_the_answers_of_the_model_itself(served, itself, rows):
    with served.client() as client:
        answer = client.post("/predict", json=rows)
    assert answer.status_code == 200, answer.text
    typed, _ = rows_of(json.dumps(rows).encode(), served.endpoint.served)
    expected, certain = itself.predict_rows(typed)
    assert [it["prediction"] for it in answer.json()] == expected
    confidence = [it["confidence"] for it in answer.json()]
    assert confidence == pytest.approx([max(it) for it in certain], abs=1e-9)


def test_an_error_of_the_server_is_logged_without_what_was_sent(served, monkeypatch, caplog):
    def fail(_: object, asked: Any) -> None:
        raise ValueError(f"cannot write {asked.rows}")

    monkeypatch.setattr(served.api.predicting, "log", fail)
    answer = served.ask({**ROW, "t": SECRET})
    assert answer.status_code == 500
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text + answer.text
    with served.client() as client:
        assert 'status="500"' in client.get("/metrics").text
