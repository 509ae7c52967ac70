"""An experiment through the API: who answers, what is logged, and what labels decide."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.data.prediction_log.places import log_files
from mlops_assets.errors import InputError
from mlops_assets.experiments.assignment import variant
from mlops_assets.experiments.status import not_won, status
from mlops_assets_tests.serving.served import ROW, Served
from mlops_assets_tests.serving.staged import NAME, PLAN, UNITS, asked, lines, stage_second
from mlops_assets_tests.world import World


def with_experiment(world: World, gates: Any = None, **plan: Any) -> Served:
    """Both versions, and an experiment between them."""
    stage_second(world)
    world.spec["serving"] = {"experiment": {**PLAN, **plan}}
    world.spec["gates"] = {**world.spec["gates"], **(gates or {})}
    served = Served(world)
    served.look()
    return served


@pytest.fixture
def served(world) -> Served:
    return with_experiment(world)


@pytest.fixture(scope="module")
def shared(shared_world) -> Served:
    """One for the tests that read nothing but answers."""
    return with_experiment(shared_world)


def test_a_unit_always_gets_the_version_of_its_hash(shared):
    expected = {"champion": "registry-1", "challenger": "registry-2"}
    for _ in range(2):
        answers = shared.ask(asked(UNITS)).json()
        assert [it["model_version"] for it in answers] == [
            expected[variant(NAME, unit, 0.5)] for unit in UNITS
        ]
    (one,) = {shared.ask(asked(UNITS[:1])[0]).json()["model_version"] for _ in range(3)}
    assert one == expected[variant(NAME, UNITS[0], 0.5)]


def test_the_rows_of_a_list_keep_their_order(shared):
    rows = [{"x": place / 40, "c": "a", "patient_id": unit} for place, unit in enumerate(UNITS)]
    together = shared.ask(rows).json()
    assert together == [shared.ask(row).json() for row in rows]


def test_the_log_has_the_variant_and_no_unit(served, world):
    served.ask(asked(UNITS))
    found = lines(world)
    assert {it["variant"] for it in found} == {"champion", "challenger"}
    assert {it["experiment"] for it in found} == {NAME}
    assert sorted(it["place"] for it in found) == list(range(40))
    assert len({it["unit"] for it in found}) == 40
    text = "".join(file.read_text() for file in log_files(world.settings.home, "small"))
    assert "patient_id" not in text
    assert '"p7"' not in text


def test_without_a_unit_the_champion_answers_outside_of_the_experiment(served, world):
    assert served.ask().json()["model_version"] == "registry-1"
    assert "experiment" not in lines(world)[0]


def test_a_unit_that_is_no_text_or_number_is_refused(shared):
    answer = shared.ask({**ROW, "patient_id": [1]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "patient_id")


def test_a_shadow_is_logged_and_never_answered(world):
    served = with_experiment(world, shadow=True)
    answers = served.ask(asked(UNITS)).json()
    assert {it["model_version"] for it in answers} == {"registry-1"}
    found, shadowed = lines(world), lines(world, "shadow_log")
    assert {it["variant"] for it in found} == {"champion"}
    assert {(it["variant"], it["version"]) for it in shadowed} == {("challenger", "registry-2")}
    assert [it["request"] for it in shadowed] == [it["request"] for it in found]


def test_a_shadow_predicts_after_the_answer_is_sent(world, monkeypatch):
    served, events = with_experiment(world, shadow=True), []
    challenger, app = served.endpoint.trial.challenger.single, served.app
    predict = challenger.predict_rows

    def noted(rows):
        events.append("challenger")
        return predict(rows)

    async def noting(scope, receive, send):
        async def noted_send(message):
            await send(message)
            if message["type"] == "http.response.body":
                events.append("answered")

        await app(scope, receive, noted_send)

    monkeypatch.setattr(challenger, "predict_rows", noted)
    served.app = noting
    assert served.ask().status_code == 200
    assert events == ["answered", "challenger"]


def test_a_unit_that_is_a_feature_is_not_logged_either(world):
    served = with_experiment(world, unit="c")
    answer = served.ask()
    assert (
        answer.json()["model_version"]
        == {
            "champion": "registry-1",
            "challenger": "registry-2",
        }[variant(NAME, "a", 0.5)]
    )
    (line,) = lines(world)
    assert line["row"] == {"x": 0.9}
    assert line["unit"]


def test_requests_are_counted_under_the_version_that_answered(served):
    (unit,) = [it for it in UNITS if variant(NAME, it, 0.5) == "challenger"][:1]
    with served.client() as client:
        client.post("/predict", json={**ROW, "patient_id": unit})
        text = client.get("/metrics").text
    assert 'mlops_assets_rows_total{model="small",version="registry-2"} 1.0' in text


def test_a_shadow_that_fails_harms_nobody(world, monkeypatch):
    served = with_experiment(world, shadow=True)
    fail_challenger(served, monkeypatch)
    assert served.ask().status_code == 200
    (line,) = lines(world, "experiment_errors")
    assert (line["variant"], line["error"]) == ("challenger", "RuntimeError")
    assert "secret" not in json.dumps(line)


def fail_challenger(served: Served, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret 0.9")

    for way in ("single", "batch"):
        predictor = getattr(served.endpoint.trial.challenger, way)
        monkeypatch.setattr(predictor, "predict_rows", fail)


def test_the_champion_answers_for_a_challenger_that_fails(served, world, monkeypatch):
    fail_challenger(served, monkeypatch)
    answers = served.ask(asked(UNITS)).json()
    assert {it["model_version"] for it in answers} == {"registry-1"}
    assert {it["variant"] for it in lines(world)} == {"champion", "fallback"}
    assert status(served.endpoint.spec, world.settings).of("challenger").errors == 1


def test_a_challenger_that_does_not_load_leaves_the_champion_and_says_so(world, caplog):
    stage_second(world)
    model_id = world.client.get_model_version("small", "2").source.rpartition("/")[2]
    (file,) = world.settings.mlflow_artifacts.rglob(f"{model_id}/artifacts/model.skops")
    file.write_bytes(file.read_bytes()[:1000])
    world.spec["serving"] = {"experiment": PLAN}
    served = Served(world)
    served.look()
    served.look()
    answers = served.ask(asked(UNITS)).json()
    assert {it["model_version"] for it in answers} == {"registry-1"}
    with served.client() as client:
        health = client.get("/health").json()["models"]["small"]
    assert health["status"] == "degraded"
    assert "the champion answers all" in health["reason"]
    assert caplog.text.count("a version is not served") == 1


def test_a_challenger_that_does_not_exist_is_named(world):
    served = with_experiment(world, challenger=7)
    assert "has no version 7" in served.endpoint.problem
    assert served.ask().status_code == 200


def test_a_challenger_with_other_fields_does_not_take_part(world):
    world.begin()
    world.spec |= {"promotion": "manual", "columns": {"numeric": ["x"]}}
    assert world.retrain_as_of("2026-01-05").success
    world.spec["serving"] = {"experiment": {**PLAN, "challenger": 2}}
    served = Served(world)
    served.look()
    assert "takes other fields than the champion: ['c']" in served.endpoint.problem
    assert served.ask().status_code == 200


def test_after_a_promotion_the_experiment_is_over(served, world):
    ModelRegistry(world.settings, actor="anna").promote_model("small", "2")
    served.look()
    answers = served.ask(asked(UNITS)).json()
    assert {it["model_version"] for it in answers} == {"registry-2"}
    with served.client() as client:
        info = client.get("/model-info").json()
    assert info["experiment"] == {"status": "no version is staged"}
    assert info["status"] == "ok"


def in_production(world: World) -> str:
    return str(world.client.get_registered_model("small").aliases["production"])


def label_all(world: World, days: int, *, agrees: str) -> None:
    """Spread the requests over days, and give labels with which one variant is always right."""
    folder, found = (
        world.settings.home / "serving" / "small",
        sorted(lines(world), key=lambda it: it["place"]),
    )
    begin = datetime.now(UTC) - timedelta(days=days - 1)
    labels = []
    for number, line in enumerate(found):
        line["at"] = (begin + timedelta(days=number * days // len(found))).isoformat()
        said = line["answer"]["prediction"]
        right = line["variant"] == agrees or number % 2
        given = {"row": f"{line['request']}/{line['place']}", "at": line["at"]}
        labels.append({**given, "label": said if right else 1 - said})
    for name, content in (("prediction_log", found), ("labels", labels)):
        (folder / name).mkdir(exist_ok=True)
        for old in (folder / name).iterdir():
            old.unlink()
        text = "".join(json.dumps(it) + "\n" for it in content)
        (folder / name / f"{begin:%Y-%m-%dT%H}.jsonl").write_text(text)


def test_from_requests_and_labels_to_a_winner_and_its_promotion(world):
    served = with_experiment(world, gates={"wins_experiment": {}})
    spec, settings = served.endpoint.spec, world.settings
    assert "there is no experiment" in not_won(spec, settings, "2", "1")
    served.ask(asked([f"q{number}" for number in range(600)]))
    assert "keep looking: 1 of 14 days" in not_won(spec, settings, "2", "1")

    world.spec["promotion"] = "automatic"
    assert world.retrain("production_version").success
    assert in_production(world) == "1"

    label_all(world, 6, agrees="champion")
    assert status(spec, settings).outcome == "champion"
    label_all(world, 6, agrees="challenger")
    facts = status(spec, settings)
    assert facts.recommendation.startswith("challenger wins: +")
    assert facts.mismatch_p > 0.001
    assert "version 3" in not_won(spec, settings, "3", "1")

    yesterday = datetime.now(UTC) - timedelta(days=1)
    assert world.monitor(f"{yesterday:%Y-%m-%d}", "experiment_report").success
    report = world.children()["experiment_report"].data
    assert report.tags["experiment_outcome"] == "challenger"
    assert report.metrics["experiment_low"] > 0
    assert world.retrain("production_version").success
    assert in_production(world) == "2"


def test_a_model_without_an_experiment_reports_that(world):
    stage_second(world)
    served = Served(world)
    facts = status(served.endpoint.spec, world.settings)
    assert (facts.outcome, facts.variants) == ("none", [])


def test_the_report_of_an_experiment_without_requests_is_recorded(world):
    with_experiment(world)
    assert world.monitor("2026-01-05", "experiment_report").success
    run = world.children()["experiment_report"].data
    assert run.tags["experiment_outcome"] == "none"


def test_promoting_by_hand_needs_a_winner_or_force(world):
    served = with_experiment(world, gates={"wins_experiment": {}})
    registry = ModelRegistry(world.settings, actor="anna", spec_of=lambda _: served.endpoint.spec)
    with pytest.raises(InputError, match="wins_experiment"):
        registry.promote_model("small", "2")
    registry.promote_model("small", "2", force=True, reason="it fixes a bug")
    assert in_production(world) == "2"
