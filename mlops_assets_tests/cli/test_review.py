"""`mlops-assets review`, on versions of employee_attrition that are real but never fitted."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from mlops_assets.cli import app
from mlops_assets.client import ModelRegistry, spec_in_defs
from mlops_assets.errors import InputError
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets_tests.versions import DAY, evaluated

NAME, MODEL = "employee_attrition_model", "employee_attrition"
TOLD = ("--stakeholder", "works council")


def typed(*words: str):
    return CliRunner().invoke(app, ["review", MODEL, *words])


def read(*words: str) -> Any:
    done = typed(*words, "--json")
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout)


def told(*words: str) -> str:
    done = typed(*words)
    assert isinstance(done.exception, InputError), (done.output, done.exception)
    return str(done.exception)


@pytest.fixture
def model(settings, kept_homes) -> RegisteredModel:
    """Version 1 is staged, judged by the gates of defs.yaml; nothing serves."""

    def register() -> None:
        model = ModelRegistry(settings).of(NAME)
        spec = spec_in_defs(NAME)
        assert spec is not None
        made = evaluated(model, "f1", gates=spec.gates)
        made = made.model_copy(update={"verdict": made.verdict.model_copy(update={"champion": ""})})
        model.register(made, description="", trained_through=DAY)

    kept_homes.fill(settings.home, f"a staged version of {NAME}", register)
    return ModelRegistry(settings).of(NAME)


def test_it_shows_every_point_and_changes_nothing(model, tmp_path):
    page = tmp_path / "review.html"
    done = typed("--html", str(page))
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"{NAME} version 1: ")
    for section in ("Initial check", "Performance", "Fairness", "Data quality", "Documentation"):
        assert section in lines
    assert "FAIL  Stakeholders" in done.stdout
    assert "against an approval: Fairness metrics, Stakeholders." in page.read_text()
    assert [it.action for it in model.history()][:1] == ["stage"]


def test_an_approval_against_a_point_that_fails_names_it_and_changes_nothing(model):
    assert "not yet: works council" in told("--approve")
    assert "one decision" in told("--approve", "--reject", "--reason", "x")
    assert "without a reason" in told("--reject")
    assert "--reason alone" in told("--reason", "unclear")
    assert read("--note", " ", "--stakeholder", "")["change"] is None
    assert [it.action for it in model.history()][:1] == ["stage"]


def test_forced_with_a_reason_it_promotes_and_says_so(model):
    found = read(*TOLD, "--note", "seen", "--approve", "--force", "--reason", "no fairness run")
    assert found["change"]["action"] == "promote"
    assert found["change"]["forced"]
    assert found["review"]["stakeholders"] == ["works council"]
    approval = model.ledger.approved(NAME, "1")
    assert approval is not None
    assert (approval.reason, approval.forced) == ("no fairness run", True)
    assert str(model.serving().version) == "1"


def test_a_rejection_and_notes_alone_are_recorded(model):
    noted = read("--note", "ask again in May")["change"]
    assert (noted["action"], noted["reason"], noted["to_stage"]) == (
        "review",
        "ask again in May",
        "staging",
    )
    rejected = read("1", "--reject", "--reason", "unfair to the young")
    assert rejected["change"]["action"] == "reject"
    named = json.loads(model.version(1).tags["review"])
    assert named["digest"] == rejected["digest"]
    assert "no version of employee_attrition_model is staged" in told()
