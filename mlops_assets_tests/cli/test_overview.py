"""`mlops-assets overview`: a table, a page, and what cannot be written or found."""

import json

import pytest
from typer.testing import CliRunner

from mlops_assets.cli import app
from mlops_assets.errors import InputError

pytestmark = pytest.mark.usefixtures("home")
MODELS = [
    *("candidate_baseline_model", "candidate_scoring_model", "candidate_semantic_model"),
    *("employee_attrition_model", "golden_record", "heart-disease-model", "meal_ranker_model"),
    *("planner_model", "recipe_recommender_model", "resume_parsing_model"),
]


def run(*arguments: str) -> str:
    """What it prints."""
    return CliRunner().invoke(app, ["overview", *arguments], catch_exceptions=False).stdout


def test_models_that_were_never_trained_have_rows():
    lines = run().splitlines()
    assert lines[0].split("  ")[0] == "model"
    assert [line.split()[0] for line in lines[1:]] == MODELS


def test_html_writes_a_page_of_all_models_or_of_one(tmp_path):
    path = tmp_path / "page.html"
    assert run("--html", str(path)) == f"written to {path}\n"
    assert "How are my models?" in path.read_text(encoding="utf-8")
    run("heart_disease", "--html", str(path))
    assert "<h1>heart-disease-model</h1>" in path.read_text(encoding="utf-8")


def test_json_has_what_the_table_shows_and_the_changes_of_a_model(tmp_path):
    found = json.loads(run("--json"))
    assert [it["registered"]["model_name"] for it in found] == MODELS
    one = json.loads(run("heart_disease", "--json"))
    assert (one["name"], one["changes"], one["since"]) == ("heart_disease", [], "")
    assert one.keys() - found[1].keys() == {"changes"}
    path = tmp_path / "page.html"
    assert json.loads(run("--html", str(path), "--json")) == {"file": str(path)}


def test_a_model_that_is_not_there_and_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="no model 'other'"):
        run("other")
    with pytest.raises(InputError, match="cannot be written"):
        run("--html", str(tmp_path / "none" / "page.html"))
