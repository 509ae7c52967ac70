"""The API over a trained model: answers, and what bad requests get."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.data.prediction_log.places import HOUR, log_files
from mlops_assets.features.columns import typed_features
from mlops_assets.serving.limits import MOST_BYTES
from mlops_assets.serving.status import StatusFile, read_status
from mlops_assets_tests.serving.served import ROW, Served
from mlops_assets_tests.world import World, small_table

DEEP = "[" * 1_015 + "]" * 1_015
JSON = {"content-type": "application/json"}


def serve(world: World) -> Served:
    world.spec["serving"] = {"bands": {"Low": 0, "High": 0.5}}
    world.begin()
    made = Served(world)
    made.look()
    return made


@pytest.fixture(scope="module")
def served(shared_world) -> Served:
    return serve(shared_world)


@pytest.fixture
def fresh(world) -> Served:
    """One that was never asked."""
    return serve(world)


def test_an_answer_has_the_documented_fields(served):
    answer = served.ask().json()
    assert answer["prediction"] == 1
    assert 0.5 < answer["confidence"] <= 1
    assert (answer["risk_level"], answer["model_version"]) == ("High", "registry-1")
    assert "warnings" not in answer


def test_a_list_gives_the_answers_of_the_model(served, shared_world):
    table = small_table().head(60)
    rows = table[["x", "c"]].to_dict("records")
    answers = served.ask(rows).json()
    model = ModelRegistry(shared_world.settings).load_model("small")
    expected = model.predict(typed_features(table, served.endpoint.spec.columns))
    assert [it["prediction"] for it in answers] == expected["prediction"].tolist()
    certain = expected[["probability_0", "probability_1"]].max(axis=1)
    assert [it["confidence"] for it in answers] == pytest.approx(certain.tolist(), abs=1e-9)


def test_unusual_values_are_answered_with_a_warning(served):
    said = served.ask({"x": 7, "c": "new"}).json()["warnings"]
    assert [it.partition(":")[0] for it in said] == ["x", "c"]
    assert "above" in said[0]


def test_unusual_values_are_refused_if_the_model_says_so(world):
    world.spec["serving"] = {"out_of_range": "refuse"}
    world.begin()
    served = Served(world)
    served.look()
    assert served.ask({"x": 7, "c": "a"}).status_code == 422
    assert served.ask().status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ('{"x": "0.5", "c": "a"}', 422, "x"),
        ('{"x": 0.5}', 422, "c"),
        ('{"x": 0.5, "c": "a", "y": 1}', 422, "y"),
        ('{"x": NaN, "c": "a"}', 422, None),
        ('{"x": 1e999, "c": "a"}', 422, None),
        ("not json", 422, None),
        ("", 422, None),
        ("null", 422, None),
        ("[]", 422, None),
        ("[" * 100_000, 422, None),
        ('{"x":' * 5_000 + "1" + "}" * 5_000, 422, None),
        (b'{"x": 0.5, "c": "\xff"}', 422, None),
        *[(f'{{"x": 0.5, "c": "a", "{it}": {DEEP}}}', 422, it) for it in ("x", "c", "unknown")],
        ('[{"x": 0.5, "c": "a"}, {"x": 0.5}]', 422, "c"),
        ('{"x": 0.5, "c": "a", "' + "k" * 70 + '": 1}', 422, "k" * 60 + "…"),
        ("x" * (MOST_BYTES + 1), 413, None),
    ],
)
def test_a_bad_body_gets_a_reason(served, body, status, field):
    with served.client() as client:
        answer = client.post("/predict", content=body, headers=JSON)
    assert answer.status_code == status
    errors = answer.json()["errors"]
    assert field is None or field in [it.get("field") for it in errors]
    assert all({"seen", "expected"} <= set(it) for it in errors)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("null", ("null", "a JSON object with the fields of a row")),
        ("[[1]]", ("a list", "a JSON object with the fields of a row")),
        ("[]", ("0 rows", "1 to 10,000 rows")),
        (f"[1{',1' * 10_000}]", ("10,001 rows", "1 to 10,000 rows")),
        ('{"x": true, "c": "a"}', ("true", "a number")),
        ('{"x": "0.5", "c": "a"}', ('"0.5"', "a number")),
        ('{"x": [1], "c": "a"}', ("a list", "a number")),
    ],
)
def test_what_came_is_said_in_words_of_json(served, body, said):
    with served.client() as client:
        (error,) = client.post("/predict", content=body, headers=JSON).json()["errors"]
    assert (error["seen"], error["expected"]) == said


def test_what_cannot_be_logged_is_not_answered_and_health_says_why(fresh, world, caplog):
    folder = world.settings.home / "serving" / "small" / "prediction_log"
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    hours = [folder / f"{now + timedelta(hours=it):{HOUR}}.jsonl" for it in (0, 1)]
    for it in hours:
        it.symlink_to("/dev/full")
    with fresh.client() as client:
        answers = [client.post("/predict", json=ROW) for _ in range(2)]
        health = client.get("/health").json()["models"]["small"]
        for it in hours:
            it.unlink()
        assert client.post("/predict", json=ROW).status_code == 200
        assert client.get("/health").json()["status"] == "ok"
    why = "the prediction log cannot be written: No space left on device"
    assert [(it.status_code, it.json()["errors"][0]["seen"]) for it in answers] == [(503, why)] * 2
    assert (health["status"], health["reason"]) == ("degraded", why)
    assert caplog.text.count(why) == 1


def test_the_row_of_a_list_is_named(served):
    errors = served.ask([ROW, {"x": 1, "c": []}]).json()["errors"]
    assert [(it["row"], it["field"]) for it in errors] == [(1, "c")]


def test_the_bare_address_shows_the_description(served):
    with served.client() as client:
        answer = client.get("/")
    assert answer.url.path == "/docs"
    assert answer.status_code == 200


def test_another_content_type_is_refused(served):
    with served.client() as client:
        answer = client.post("/predict", content="{}", headers={"content-type": "text/plain"})
    assert answer.status_code == 415


def test_another_host_or_origin_is_refused(served):
    assert served.ask(headers={"host": "evil.example"}).status_code == 403
    assert served.ask(headers={"origin": "http://evil.example"}).status_code == 403


def test_an_error_of_the_server_shows_nothing(served, monkeypatch, caplog):
    def fail(*_: object) -> None:
        raise RuntimeError("secret 0.9")

    monkeypatch.setattr(served.api.predicting, "log", fail)
    answer = served.ask()
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "secret" not in caplog.text


def test_errors_are_counted_without_an_experiment(fresh, world, monkeypatch):
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(fresh.endpoint.served.single, "predict_rows", fail)
    assert fresh.ask().status_code == 500
    monkeypatch.undo()
    assert fresh.ask().status_code == 200
    assert fresh.ask({"x": "no number", "c": "a"}).status_code == 422  # not the model's error
    with fresh.client() as client:
        text = client.get("/metrics").text
    assert (
        'mlops_assets_requests_total{model="small",status="500",version="registry-1"} 1.0' in text
    )
    StatusFile(world.settings.home / "serving", fresh.api.measures).write([fresh.endpoint])
    status = read_status(world.settings.home / "serving", "small")
    assert (status.requests, status.errors) == (3, 1)


def test_info_health_metrics_and_the_description(fresh):
    with fresh.client() as client:
        info = client.get("/model-info").json()
        assert (info["model_version"], info["status"]) == ("registry-1", "ok")
        assert "fast path" in info["answered_by"]
        assert "on 300 sampled and 300 made rows" in info["answered_by"]
        assert client.get("/health").json()["status"] == "ok"
        assert client.get("/health/ready").json() == {"ready": True, "missing": []}
        client.post("/predict", json=ROW)
        assert 'mlops_assets_rows_total{model="small",version="registry-1"} 1.0' in (
            client.get("/metrics").text
        )
        described = client.get("/openapi.json").json()["paths"]["/models/small/predict"]["post"]
        examples = described["requestBody"]["content"]["application/json"]["examples"]
        (example,) = examples.values()
        assert client.post("/models/small/predict", json=example["value"]).status_code == 200
        assert "/models/small/predict" in client.get("/docs").text
        assert client.get("/models/none/model-info").status_code == 404


def test_every_answer_is_in_the_log(fresh, world):
    answers = fresh.ask([ROW, {"x": 0.1, "c": None}])
    assert answers.status_code == 422  # c was never missing in training
    fresh.ask([ROW, {"x": 0.1, "c": "b"}])
    (file,) = log_files(world.settings.home, "small")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [it["row"]["x"] for it in lines] == [0.9, 0.1]
    assert {it["version"] for it in lines} == {"registry-1"}
    assert [it["answer"]["prediction"] for it in lines] == [1, 0]
