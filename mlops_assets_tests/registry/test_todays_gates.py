"""A version that passed is judged by its stored metrics against the gates that stand now."""

import json
from dataclasses import replace

from typer.testing import CliRunner

from mlops_assets.cli import app
from mlops_assets.client import ModelRegistry
from mlops_assets.platform.mlflow.version_tags import stored_key
from mlops_assets.registry import todays_gates
from mlops_assets.registry.todays_gates import failures_today, gates_in_defs
from mlops_assets.spec.gates import Gates
from mlops_assets_tests.versions import promoted
from mlops_assets_tests.world import small_yaml


def test_the_gates_of_each_file_are_read_by_registered_name(tmp_path):
    for name, gates in (("one", "{roc_auc: {min: 0.9}}"), ("two", "{roc_auc: {min: '{{ x }}'}}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "defs.yaml").write_text(f"{small_yaml(name)}  gates: {gates}\n")
    (tmp_path / "three").mkdir()
    (tmp_path / "three" / "defs.yaml").write_text("a: [")
    found = gates_in_defs(tmp_path)
    assert {name: str(it.bounds["roc_auc"]) for name, it in found.items()} == {"one": ">= 0.9"}


def test_the_data_of_a_version_is_compared_with_todays_bounds(settings):
    registry = ModelRegistry(settings)
    promoted(registry.of("small"), "f1")
    (version,) = registry.list_versions("small")
    rated = replace(version, metrics={"roc_auc": {"value": 0.9}}, data={"missing_rate": 0.03})
    bounds = {"missing_rate": {"max": 0.02}, "outlier_rate": {"max": 0.01}}
    failures = failures_today(rated, Gates.model_validate({"data": bounds}))
    assert failures == ["missing_rate: 0.03 is above 0.02", "outlier_rate: it was not computed"]
    met = Gates.model_validate({"data": {"missing_rate": {"max": 0.03}}})
    assert failures_today(rated, met) == []


def test_raised_gates_are_named_where_a_version_is_said_to_have_passed(settings, monkeypatch):
    registry = ModelRegistry(settings)
    promoted(registry.of("small"), "f1")
    registry.client.set_model_version_tag(
        "small", "1", stored_key("holdout_metrics"), '{"roc_auc": 0.875}'
    )
    (version,) = registry.list_versions("small")
    met = Gates.model_validate({"roc_auc": {"min": 0.875}})
    raised = Gates.model_validate({"roc_auc": {"min": 0.9}, "unheard_of": {"min": 0}})
    assert version.verdict == "passed"
    assert failures_today(version, met) == []
    assert failures_today(version, None) is None
    failures = ["roc_auc: 0.875 is below 0.9", "unheard_of: it was not computed"]
    assert failures_today(version, raised) == failures

    monkeypatch.setattr(todays_gates, "gates_in_defs", lambda folder: {"small": raised})
    said = CliRunner().invoke(app, ["versions", "small"]).stdout
    assert "passed; fails today: " + "; ".join(failures) in said
    (row,) = json.loads(CliRunner().invoke(app, ["versions", "small", "--json"]).stdout)
    assert (row["verdict"], row["fails_today"]) == ("passed", failures)
    said = CliRunner().invoke(app, ["models"]).stdout
    assert f"Today's gates would fail small version 1, which serves: {failures[0]}" in said
