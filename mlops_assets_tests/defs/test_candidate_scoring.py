"""The life of candidate_scoring: retrain, promotion, predictions, a quiet and a drifted day."""

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.registry.explained_by_version import explain_held_out, explain_row
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.registry.review.checklist import walk
from mlops_assets.registry.review.collecting import collect
from mlops_assets.simulators.candidate_scoring import simulate
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.serving.served import Served
from mlops_assets_tests.world import World
from mlops_assets_tests.yaml_attributes import attributes

YAML = Path(__file__).parents[2] / "mlops_assets" / "defs" / "candidate_scoring" / "defs.yaml"
pytestmark = pytest.mark.statistics

QUIET, DRIFTED = "2026-01-05", "2026-01-06"


def shipped() -> dict[str, Any]:
    """What ships, under the name that a world has."""
    given = attributes(YAML)
    source = {**given["source"], "shift_since": DRIFTED}
    return {
        **given,
        **dict.fromkeys(("name", "registered_name", "experiment"), "small"),
        "source": source,
        "packs": ["exposure", {"type": "shap", "rows": 20, "seconds": 5}],
        "live": {"labels": source},
    }


@pytest.fixture(scope="module")
def life(shared_world: World) -> World:
    """Trained and promoted, with a day as before and one on which a new field came up."""
    shared_world.spec = shipped()
    assert shared_world.retrain_as_of("2026-01-04").success
    ModelRegistry(shared_world.settings).promote_model("small", "1", stage="Production")
    for day in (QUIET, DRIFTED):
        assert shared_world.monitor(day).success
    return shared_world


@pytest.fixture(scope="module")
def spec(life) -> LifecycleSpec:
    return LifecycleSpec.model_validate_json((life.settings.home / "spec.json").read_text())


def runs_of(life: World, asset: str) -> dict[str, Any]:
    """The runs of an asset, by day."""
    found = [run for run in life.runs() if run.info.run_name == asset]
    return {run.data.tags["partition"]: run for run in found}


def document(life: World, asset: str, name: str, day: str = "") -> Any:
    run = runs_of(life, asset)[day] if day else life.children()[asset]
    return json.loads(Path(life.client.download_artifacts(run.info.run_id, name)).read_text())


def test_no_job_and_no_candidate_is_both_trained_on_and_held_out(life):
    found = life.children()["features"].data.metrics
    assert found["training_rows"] + found["holdout_rows"] + found["left_out_rows"] == 7_200
    assert found["holdout_rows"] / 7_200 == pytest.approx(0.25, abs=0.05)
    assert found["training_rows"] > 3_000


def test_a_version_that_passes_its_gates_has_the_pages_of_its_packs(life):
    run = life.children()["evaluation"]
    gates = document(life, "evaluation", "verdict.json")["gates"]
    assert [it["gate"] for it in gates if not it["passed"]] == []
    files = {it.path for it in life.client.list_artifacts(run.info.run_id)}
    assert files >= {"exposure.png", "exposure_report.html", "ranking.png", "shap_summary.png"}
    assert run.data.metrics["exposure_ratio/gender"] > 0.9  # no bias was planted
    importances = document(life, "evaluation", "importances.json")
    assert importances[0]["feature"] == "skills_found"


def test_a_reviewer_sees_the_exposure_in_the_card_the_comparison_and_the_review(life, spec):
    registered = life.children()["registered_version"].info.run_id
    card = Path(life.client.download_artifacts(registered, "model_card.html")).read_text()
    assert '<th class="number">exposure ratio</th>' in card
    assert 'alt="exposure"' in card
    (side,) = ModelRegistry(life.settings).compare_versions("small", ["1"])
    assert side.groups["gender female: exposure_ratio"]["low"] > 0.8
    model = RegisteredModel(life.client, "small")
    review = walk(collect(model, spec, "1", life.settings), reviewer="anna", verdict="")
    found = {it.name: it for it in review.points}
    assert "exposure_ratio by age_group" in found["Fairness metrics"].observed
    assert {it.file for it in found["Fairness metrics"].links} == {
        "exposure.png",
        "exposure_report.html",
    }


def test_a_quiet_day_is_quiet_and_a_new_field_is_found_in_the_words_and_in_the_order(life):
    drift = runs_of(life, "drift_report")
    assert drift[QUIET].data.metrics["drifted_columns"] == 0
    assert drift[DRIFTED].data.metrics["drifted_columns"] == 2
    columns = document(life, "drift_report", "drift.json", DRIFTED)["data"]["columns"]
    assert {it["column"] for it in columns if it["drifted"]} == {"job", "resume"}
    days = {day: run.data.metrics for day, run in runs_of(life, "performance_report").items()}
    assert days[QUIET]["ndcg_at_10"] > days[QUIET]["metric_bound"] > days[DRIFTED]["ndcg_at_10"]
    assert days[QUIET]["exposure_ratio/gender"] > 0.9


def test_no_artifact_has_contact_data(life):
    rows = simulate(2_400, seed=16, day=date(2026, 1, 4))
    emails = {*rows["resume"].str.extract(r"(\S+@example\.\w+)")[0]}
    assert len(emails) > 600
    artifacts = [it for it in (life.settings.home / "mlflow").rglob("*") if it.is_file()]
    for path in artifacts:
        if path.suffix in (".json", ".html", ".csv", ".md", ".txt"):
            text = path.read_text(errors="replace")
            assert not [it for it in emails if it in text], path.name


def test_a_held_out_row_is_explained_by_features_of_the_pair_words_and_skills(life, spec):
    found = explain_held_out(life.settings, spec, 3)
    added = {it.column: it.adds for it in found.row.contributions}
    assert {*added} == {
        *("word_similarity", "skills_found", "resume_length", "job_length"),
        *("experience_years", "gap_months"),
    }
    assert found.row.base + sum(added.values()) == pytest.approx(found.row.value, abs=1e-9)
    evidence = found.evidence
    assert evidence is not None
    similarity = next(it for it in found.row.contributions if it.column == "word_similarity")
    assert sum(evidence.words.values()) == pytest.approx(float(similarity.value), abs=1e-5)


def test_a_row_of_the_source_is_explained_by_its_identity(life, spec):
    row = simulate(2_400, seed=16, day=spec.source.day).iloc[7]
    found = explain_row(life.settings, spec, str(row["application_id"]))
    asked = {*found.evidence.found, *found.evidence.lacking} if found.evidence else set()
    assert asked
    assert all(skill in row["job"].lower() for skill in asked)
    assert all(skill in row["resume"].lower() for skill in found.evidence.found)
    assert not any(skill in row["resume"].lower().split() for skill in found.evidence.lacking)


def test_the_api_scores_a_pair_and_says_which_words_and_skills_speak_for_it(life):
    served = Served(life)
    served.look()
    row = {
        "resume": "Python , SQL , pandas and statistics . Data Scientist",
        "job": "Vacancy: a Data Scientist. Required: Python, SQL, forecasting.",
        "experience_years": 9,
        "gap_months": 0,
    }
    worse = {**row, "resume": "wound care , hygiene , triage . Ward Nurse"}
    with served.client() as client:
        good, bad = client.post("/predict", json=[row, worse]).json()
        explained = client.post("/explain", json=row).json()
    assert good["prediction"] > bad["prediction"]
    assert good["risk_level"] != "Low"
    assert explained["prediction"] == pytest.approx(good["prediction"])
    texts = explained["explanation"]["texts"]
    assert {"python", "sql"} <= {*texts["skills_found"]}
    assert "forecasting" in texts["skills_lacking"]
    assert texts["words_in_both"][0]["adds"] >= texts["words_in_both"][-1]["adds"]
    added = sum(it["adds"] for it in explained["explanation"]["contributions"])
    value = explained["explanation"]["value"] - explained["explanation"]["base"]
    assert added == pytest.approx(value, abs=1e-9)
    assert good["prediction"] == pytest.approx(explained["explanation"]["value"])


def test_a_retrain_on_the_same_rows_registers_nothing_new(life):
    assert life.retrain_as_of("2026-01-04").success
    assert len(RegisteredModel(life.client, "small").versions()) == 1


def test_an_embedding_replaces_words_only_if_it_is_better(life):
    """By the gate `beats_production`, on the same held-out rows; on these it is not."""
    pytest.importorskip("wordllama", reason="the extra text is not installed")
    life.spec = deepcopy(life.spec)
    life.spec["model"]["embedding"] = "wordllama"
    life.spec["gates"]["beats_production"] |= {"tolerance": 0.0, "unresolved": "reject"}
    life.retrain_as_of("2026-01-04")
    gates = document(life, "evaluation", "verdict.json")["gates"]
    failed = {it["gate"]: it["reason"] for it in gates if not it["passed"]}
    assert [*failed] == ["beats_production"]
    assert "may be worse by" in failed["beats_production"]
