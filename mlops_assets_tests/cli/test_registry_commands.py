"""The commands about versions, on versions of heart_disease that are real but never fitted."""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from subprocess import CompletedProcess
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from typer.testing import CliRunner, Result

from mlops_assets.cli import app
from mlops_assets.client import ModelRegistry, spec_in_defs
from mlops_assets.errors import InputError
from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.dagster.records import as_metadata
from mlops_assets.platform.settings import PACKAGE_PARENT
from mlops_assets.registry.actor import current_actor
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets_tests.cli.pseudo_terminal import cells, in_terminal
from mlops_assets_tests.forked import run_module
from mlops_assets_tests.versions import DAY, evaluated, promoted, registered

COMMANDS = ("models", "versions", "history", "compare", "promote", "reject", "archive", "delete")
COMMANDS += ("rollback", "reproduce")
NAME = "heart-disease-model"
MODEL = "heart_disease"  # what its defs.yaml calls it
IN_ZONE = f"""
type: mlops_assets.component.ModelLifecycle
attributes:
  name: {MODEL}
  registered_name: {NAME}
  model: {{{{}}}}
  schedule: {{{{timezone: {{zone}}}}}}
"""


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def seen(*words: str) -> str:
    done = typed(*words)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def read(*words: str) -> Any:
    return json.loads(seen(*words, "--json"))


def told(*words: str) -> str:
    """The mistake that is reported."""
    done = typed(*words)
    assert isinstance(done.exception, InputError), (done.output, done.exception)
    return str(done.exception)


def stages() -> dict[str, str]:
    return {it["version"]: it["stage"] for it in read("versions", MODEL)}


@pytest.fixture
def model(settings, kept_homes) -> RegisteredModel:
    """Version 1 archived, 2 in production, 3 staged; 3 judged by the gates of defs.yaml."""

    def register() -> None:
        model = ModelRegistry(settings).of(NAME)
        promoted(model, "f1", "f2")
        spec = spec_in_defs(NAME)
        assert spec is not None
        third = evaluated(model, "f3", gates=spec.gates)
        model.register(third, description="", trained_through=DAY)

    kept_homes.fill(settings.home, f"three versions of {NAME}", register)
    return ModelRegistry(settings).of(NAME)


def test_promote_and_rollback(model):
    assert stages() == {"1": "archived", "2": "production", "3": "staging"}
    said = seen("promote", MODEL, "3", "--reason", "better on the new clinic")
    assert f"{NAME} version 3 is in production" in said
    assert stages() == {"1": "archived", "2": "archived", "3": "production"}
    newest = read("history", MODEL)[0]
    assert newest["actor"] == f"{current_actor()}, mlops-assets"
    assert newest["reason"] == "better on the new clinic"

    done = read("rollback", NAME, "--reason", "misses young patients")
    assert (done["action"], done["version"], done["kind"]) == ("rollback", "2", "done")
    assert stages() == {"1": "archived", "2": "production", "3": "rejected"}
    assert "was rejected: misses young patients" in told("promote", MODEL, "3")
    seen("rollback", MODEL, "--to", "1", "--reason", "older still")
    assert model.serving().version in (1, "1")


def test_the_day_of_a_promotion_is_that_of_the_model(model):
    before = datetime.now(UTC).date() - timedelta(days=1)
    seen("promote", MODEL, "3")
    after = datetime.now(UTC).date() - timedelta(days=1)
    assert model.serving().tags["in_production_since"] in (str(before), str(after))


@pytest.mark.process  # `models` reads Dagster's records in a second process
def test_since_is_the_day_of_the_promotion_where_the_model_is(model, tmp_path, monkeypatch):
    """And not the last day whose data does not count for the version: the day before."""
    defs = tmp_path / "mlops_assets" / "defs" / MODEL
    defs.mkdir(parents=True)
    monkeypatch.setattr("mlops_assets.platform.settings.project_root", lambda: tmp_path)
    moment = model.ledger.served(NAME, limit=1)[0].at
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # 25 hours apart: never the same day
        (defs / "defs.yaml").write_text(IN_ZONE.format(zone=zone))
        day = moment.astimezone(ZoneInfo(zone)).date()
        assert f" 2 since {day} " in seen("models")
        assert f" production since {day} " in seen("versions", MODEL)
    (told,) = read("models")
    promoted_at = datetime.fromisoformat(told["production"]["promoted_at"])
    assert promoted_at == moment.replace(microsecond=0)


def test_a_rollback_says_what_it_rejected(model):
    said = seen("rollback", MODEL, "--reason", "misses young patients")
    assert f"{NAME} version 2 is rejected: nothing but --force promotes it again" in said
    told = read("rollback", MODEL, "--to", "3", "--reason", "older still")
    assert told["rejected"] == ["1"]


def test_a_version_judged_by_other_gates_needs_force_and_a_reason(model):
    registered(model, "f4")  # by gates that defs.yaml does not ask
    assert "gates" in told("promote", MODEL, "4")
    assert "without a reason" in told("promote", MODEL, "4", "--force")
    assert stages()["2"] == "production"
    seen("promote", MODEL, "4", "--force", "--reason", "by hand")
    assert "(forced)" in seen("history", MODEL, "--limit", "1")
    assert "production (forced)" in seen("versions", MODEL)


def test_reject_and_archive(model):
    seen("reject", MODEL, "3", "--reason", "leaks the target")
    assert "version 2" in told("archive", MODEL, "2", "--reason", "old")
    seen("archive", MODEL, "1", "--reason", "old")
    assert stages() == {"1": "archived", "2": "production", "3": "rejected"}
    assert "no version of" in seen("archive", MODEL, "2", "--reason", "withdrawn", "--force")
    assert typed("reject", MODEL, "3").exit_code == 2  # without a reason
    assert "no version 9" in told("reject", MODEL, "9", "--reason", "x")


def test_delete(model):
    assert "version 2 is in production" in told("delete", MODEL, "2", "--reason", "old")
    assert typed("delete", MODEL, "1").exit_code == 2  # without a reason
    assert f"{NAME} version 2 is in production" in seen(
        "delete", MODEL, "1", "--reason", "asked for"
    )
    assert stages() == {"2": "production", "3": "staging"}
    assert "delete 1" in seen("history", MODEL, "--limit", "1")
    assert "[archived → removed]" in seen("history", MODEL, "--limit", "1")


def test_what_serves_and_is_archived_by_force_is_marked(model):
    seen("archive", MODEL, "2", "--reason", "withdrawn", "--force")
    assert model.version("2").tags["forced"] == "withdrawn"
    assert "archived (forced)" in seen("versions", MODEL)
    seen("archive", MODEL, "3", "--reason", "withdrawn", "--force")
    assert "forced" not in model.version("3").tags


def observed(settings, asset: str) -> list[dict[str, object]]:
    with open_instance(settings) as instance:
        key = dg.AssetKey([MODEL, asset])
        assert instance.fetch_materializations(key, limit=1).records == []
        found = [it.asset_observation for it in instance.fetch_observations(key, 10).records]
    return [{k: v.value for k, v in it.metadata.items()} for it in found if it]


def test_dagster_shows_at_once_what_was_changed(model, settings):
    seen("promote", MODEL, "3", "--reason", "better")
    (promotion,) = observed(settings, "production_version")
    assert promotion == {
        "change": "promote",
        "version": "3",
        "stage": "staging → production",
        "serves": "3",
        "served_before": "2",
        "who": f"{current_actor()}, mlops-assets",
        "why": "better",
        "forced": False,
    }
    assert observed(settings, "registered_version") == []
    seen("rollback", MODEL, "--reason", "worse")
    seen("archive", MODEL, "1", "--reason", "old")
    seen("reject", MODEL, "1", "--reason", "leaks")
    seen("archive", MODEL, "2", "--reason", "withdrawn", "--force")
    changed = [(it["change"], it["serves"]) for it in observed(settings, "production_version")]
    assert changed == [("archive", "none"), ("rollback", "2"), ("promote", "3")]
    changed = [(it["change"], it["why"]) for it in observed(settings, "registered_version")]
    assert changed == [("reject", "leaks"), ("archive", "old")]


def test_of_a_model_of_somebody_else_dagster_is_told_nothing(settings):
    promoted(ModelRegistry(settings).of("theirs"), "f1", "f2")
    seen("rollback", "theirs", "--reason", "worse")
    assert not (settings.home / "dagster").exists()


def test_a_dagster_store_that_cannot_be_opened_stops_no_change(model, settings, caplog):
    (settings.home / "dagster").write_text("a file where the folder should be")
    seen("promote", MODEL, "3")
    assert stages()["3"] == "production"
    assert any(
        "the change was made, but could not be reported to Dagster" in it for it in caplog.messages
    )


def row_of(model_name: str) -> dict:
    """What `models` says of one of them."""
    (row,) = [it for it in read("models") if it["model_name"] == model_name]
    return row


@pytest.mark.process  # `models` reads Dagster's records in a second process
def test_a_model_whose_stage_names_cannot_be_read_hides_no_other(model, settings, caplog):
    promoted(ModelRegistry(settings).of("theirs"), "f1")
    model.client.set_registered_model_tag("theirs", "stage_names", "prod")
    said = seen("models")
    assert "theirs: the tag stage_names of theirs" in said
    ours, theirs = row_of(NAME), row_of("theirs")
    assert (ours["problem"], ours["production"]["version"]) == ("", "2")
    assert (theirs["model_name"], theirs["production"]) == ("theirs", None)
    assert [it["stage"] for it in read("versions", "theirs")] == ["production"]
    assert any("stage_names of theirs" in it for it in caplog.messages)
    assert "promote 1" in seen("history", "theirs")
    assert "stage_names of theirs" in told("promote", "theirs", "1")


def test_history_has_a_line_for_each_change(model):
    lines = seen("history", MODEL).splitlines()
    assert len(lines) == 5  # three staged, two promoted
    assert "stage 3" in lines[0]
    assert "[none → staging]" in lines[0]
    assert seen("history", MODEL, "--limit", "2").splitlines() == lines[:2]
    assert len(read("history", MODEL)) == 2 * len(lines)  # intents, too


@pytest.mark.process  # `models` reads Dagster's records in a second process
def test_models_shows_what_serves_what_waits_and_the_loop(model, settings):
    row = row_of(NAME)
    assert (row["name"], row["production"]["version"], row["staged"]["version"]) == (
        MODEL,
        "2",
        "3",
    )
    assert row["last_retrain"] is None
    assert not (settings.home / "dagster").exists()  # looking creates nothing

    with open_instance(settings) as instance:
        ran = retrain_job().execute_in_process(instance=instance)
        for day, verdict in (("2026-01-06", "drift"), ("2026-01-05", "clean")):
            facts = {"verdict": verdict, "version": "2", "summary": "age moved"}
            metadata = as_metadata(DriftFacts.model_validate(facts))
            key = dg.AssetKey([MODEL, "drift_report"])
            made = dg.AssetMaterialization(key, partition=day, metadata=metadata)
            instance.report_runless_asset_event(made)
    row = row_of(NAME)
    assert row["last_retrain"]["run_id"] == ran.run_id
    assert row["last_retrain"]["status"] == "success"
    # The newest day counts, not the one that was judged last.
    assert (row["drift"]["day"], row["drift"]["verdict"]) == ("2026-01-06", "drift")
    (line,) = [it for it in seen("models").splitlines() if it.startswith(NAME)]
    assert line.endswith("success  drift (2026-01-06)")


@pytest.mark.process  # `models` reads Dagster's records in a second process
def test_a_model_that_was_never_retrained_is_listed(settings):
    row = row_of(NAME)
    assert (row["model_name"], row["production"], row["drift"]) == (NAME, None, None)
    assert "mlops-assets retrain heart_disease" in told("versions", MODEL)
    assert "no model 'hart_disease'" in told("versions", "hart_disease")
    assert "no model" in told("versions", "it's")


def test_versions_and_runs_are_compared(world, tmp_path):
    world.begin()
    world.spec["model"] = {**world.spec["model"], "params": {"C": 0.001}}
    world.retrain_as_of("2026-01-05")
    html, markdown = tmp_path / "compared.html", tmp_path / "compared.md"
    said = seen("compare", "small", "1", "2", "--html", str(html), "--markdown", str(markdown))
    assert ["C", "1.0", "0.001"] in [line.split() for line in said.splitlines()]
    assert f"written to {markdown}" in said
    assert "| C | 1.0 | 0.001 |" in markdown.read_text()
    # Each of the two evaluations has drawn the curve.
    assert html.read_text().count('alt="roc_curve of version') == 2
    shown = re.findall(r"!\[roc_curve of version \d\]\((.*?)\)", markdown.read_text())
    assert [(tmp_path / path).read_bytes()[:4] for path in shown] == [b"\x89PNG"] * 2

    first, second = read("compare", "small", "1", "2")["compared"]
    facts = ModelRegistry(world.settings).compare_models("small", [1, 2])
    assert [first["metrics"], second["metrics"]] == [it.metrics for it in facts]
    assert set(first["gates"]) == {"roc_auc", "beats_production"}

    evaluations = [run for run in world.runs() if run.info.run_name == "evaluation"]
    parents = [run.info.run_id for run in world.parents()]
    one, two = read("compare", "small", "--runs", *(it.info.run_id for it in evaluations))[
        "compared"
    ]
    assert one["metrics"]["roc_auc"] == pytest.approx(first["metrics"]["roc_auc"])
    assert (one["gates"], two["gates"]) == (first["gates"], second["gates"])
    asked = [*parents, evaluations[0].info.run_id]
    three = read("compare", "small", "--runs", *asked)["compared"]
    assert [it["about"]["run_id"] for it in three] == asked
    whole = three[0]
    assert whole["metrics"]["evaluation.roc_auc"] == one["metrics"]["roc_auc"]
    assert whole["params"]["trained_model.C"] == "1.0"
    assert "no run" in told("compare", "small", "--runs", "nope", parents[0])


def test_what_cannot_be_compared_is_said(model, tmp_path):
    assert "only version 2 to compare" in told("compare", MODEL, "2")
    assert [it["label"] for it in read("compare", MODEL)["compared"]] == ["version 2", "version 3"]
    assert "cannot be written" in told(
        "compare", MODEL, "--markdown", str(tmp_path / "no" / "file")
    )
    run_id = str(model.version("1").run_id)
    assert "leave one out" in told("compare", MODEL, "1", "--runs", run_id, run_id)
    model.client.set_tag(run_id, "model", "another")
    assert "belongs to another" in told("compare", MODEL, "--runs", run_id, run_id)


def test_a_broken_defs_yaml_does_not_stop_a_rollback(model, monkeypatch):
    def broken() -> dg.Definitions:
        raise InputError(seen="a mistake", expected="none", todo="correct it")

    monkeypatch.setattr("mlops_assets.definitions.declared", broken)
    done = typed("rollback", NAME, "--reason", "misses young patients")
    assert done.exit_code == 0, done.exception
    assert "days are in UTC: a mistake" in done.stderr
    assert "a mistake" in told("promote", NAME, "3")


@pytest.mark.parametrize("command", [["rollback", MODEL], ["promote", MODEL, "3"]])
def test_another_rollback_at_the_same_moment_is_noticed(model, monkeypatch, command):
    """Two people roll back at once: production goes back by one version, not by two."""
    promoted(model, "f4")
    from mlops_assets.definitions import declared

    def slow() -> dg.Definitions:
        model.rollback(reason="the other was faster", since=DAY)
        return declared()

    monkeypatch.setattr("mlops_assets.definitions.declared", slow)
    said = told(*command, "--reason", "misses young patients")
    assert "is now 2, no longer 4" in said
    assert "the other was faster" in said
    assert stages()["2"] == "production"


@pytest.mark.process
def test_a_person_sees_the_same_cells_in_colour(model):
    commands = [["versions", MODEL], ["models"], ["compare", MODEL], ["history", MODEL]]
    code = (
        "from mlops_assets.cli import app\n"
        f"for words in {commands!r}: app(words, standalone_mode=False)"
    )
    shown = in_terminal(code, columns=250)
    table, (head, *changes) = cells(shown)[:-6], cells(shown)[-6:]
    assert table == [row for words in commands[:3] for row in cells(seen(*words))]
    assert "\x1b[32mproduction\x1b[0m" in shown
    assert head == ["when", "change", "stages", "who", "why"]
    for line, (when, change, stages, who, *why) in zip(
        seen("history", MODEL).splitlines(), changes, strict=True
    ):
        assert line == f"{when} {change} by {who}{''.join(f': {it}' for it in why)} [{stages}]"


@pytest.mark.process
def test_exit_codes_of_the_command(model, settings):
    refused = command("promote", MODEL, "9")
    assert refused.returncode == 2
    assert refused.stderr.startswith("Error: ")
    assert refused.stdout == ""
    done = command("versions", MODEL, "--json")
    assert done.returncode == 0
    assert [it["version"] for it in json.loads(done.stdout)] == ["3", "2", "1"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_and_json(name):
    text = seen(name, "--help")
    assert f"mlops-assets {name}" in text.split("Example")[1]
    assert "--json" in text
    assert "Exit codes: 0 success" in text


def command(*words: str) -> CompletedProcess[str]:
    environment = dict(os.environ)
    return run_module("mlops_assets.cli", words, folder=PACKAGE_PARENT, environment=environment)


def retrain_job() -> dg.JobDefinition:
    @dg.op
    def nothing() -> None:
        """Stands for the steps, which this is not about."""

    @dg.job(name=f"{MODEL}_retrain", tags={"model": MODEL})
    def job() -> None:
        nothing()

    return job
