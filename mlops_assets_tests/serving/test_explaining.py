"""`POST /explain`: what each column adds, validated and guarded like a prediction."""

import pytest

from mlops_assets.data.prediction_log.places import log_files
from mlops_assets.serving import explaining
from mlops_assets.serving.explaining import MOST_ROWS
from mlops_assets.serving.limits import MOST_BYTES
from mlops_assets_tests.serving.served import ROW, Served

OTHER = {"x": 0.1, "c": "b"}


@pytest.fixture
def served(world) -> Served:
    world.spec["serving"] = {"bands": {"Low": 0, "High": 0.5}}  # as the tests of answers
    world.begin()
    made = Served(world)
    made.look()
    return made


def explained(served: Served, row=ROW, **options):
    with served.client() as client:
        return client.post("/explain", json=row, **options)


def test_what_the_columns_add_makes_up_the_prediction(served):
    answer, predicted = explained(served).json(), served.ask().json()
    found = answer.pop("explanation")
    assert answer == predicted
    assert (found["explains"], found["complete"]) == ("probability of 1", True)
    assert found["value"] == pytest.approx(predicted["confidence"], abs=1e-9)
    added = {it["column"]: it["adds"] for it in found["contributions"]}
    assert found["base"] + sum(added.values()) == pytest.approx(found["value"], abs=1e-9)
    assert [*added] == ["x", "c"]
    assert added["x"] > 0.1
    assert found["contributions"][1]["value"] == "a"
    assert found["in_words"].startswith(f"probability of 1 {found['value']:.3g}, on average ")


def test_a_row_is_explained_the_same_alone_and_among_others(served):
    several = explained(served, [OTHER, ROW]).json()
    assert several[1] == explained(served).json()
    assert several[0]["explanation"]["contributions"][0]["adds"] < 0


def test_explanations_are_not_logged_as_predictions(served, world):
    before = len(log_files(world.settings.home, "small"))
    explained(served)
    assert len(log_files(world.settings.home, "small")) == before
    with served.client() as client:
        assert 'status="200"' not in client.get("/metrics").text


@pytest.mark.parametrize(
    ("row", "status", "seen"),
    [
        ({"x": "no number", "c": "a"}, 422, "no number"),
        ({"x": 0.5}, 422, "nothing"),
        ([ROW] * (MOST_ROWS + 1), 422, "11 rows"),
        ([], 422, ""),
        ("x" * MOST_BYTES, 413, "longer"),
    ],
)
def test_a_bad_body_gets_a_reason(served, row, status, seen):
    answer = explained(served, row)
    assert answer.status_code == status
    assert any(seen in it["seen"] for it in answer.json()["errors"])


def test_the_guards_are_those_of_predictions(served):
    assert explained(served, headers={"host": "evil.example"}).status_code == 403
    with served.client() as client:
        assert client.post("/models/none/explain", json=ROW).status_code == 404
        assert client.post("/models/small/explain", json=ROW).status_code == 200
        assert client.get("/explain").status_code == 405


def test_a_model_that_cannot_be_explained_has_no_such_address(served):
    object.__setattr__(served.endpoint.served, "make_explainer", None)
    answer = explained(served)
    assert answer.status_code == 404
    assert "cannot be explained" in answer.json()["errors"][0]["seen"]
    with served.client() as client:
        assert "/explain" not in client.get("/openapi.json").json()["paths"]


def test_nothing_is_made_to_explain_until_a_row_is(served):
    version = served.endpoint.served
    assert served.ask().status_code == 200
    assert "explainer" not in vars(version)
    explained(served)
    first = version.explainer
    explained(served, OTHER)
    assert version.explainer is first


def test_the_time_is_bounded_and_said_to_be_over(served, monkeypatch):
    from mlops_assets.evaluation.shapley import sampling

    monkeypatch.setattr(explaining, "SECONDS", -1.0)
    monkeypatch.setattr(sampling, "PIECE", 40)
    found = explained(served).json()["explanation"]
    assert not found["complete"]
    added = sum(it["adds"] for it in found["contributions"])
    assert found["base"] + added == pytest.approx(found["value"], abs=1e-9)


def test_too_many_that_wait_are_told_to_come_again(served, monkeypatch):
    monkeypatch.setattr(explaining, "MOST_WAITING", 0)
    answer = explained(served)
    assert answer.status_code == 503
    assert "wait to be explained" in answer.json()["errors"][0]["seen"]


def test_the_description_has_its_example(served):
    with served.client() as client:
        paths = client.get("/openapi.json").json()["paths"]
        body = paths["/models/small/explain"]["post"]["requestBody"]["content"]["application/json"]
        (example,) = body["examples"].values()
        assert client.post("/explain", json=example["value"]).status_code == 200
        assert "POST /explain" in client.get("/docs").text
