"""A version whose verdict is out of date is evaluated again before it is promoted."""

import json
import shutil

import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.platform.mlflow.version_tags import plain, stored_key
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import PRODUCTION, STAGING
from mlops_assets_tests.lifecycle.recorded import recorded, rewrite
from mlops_assets_tests.world import WITHOUT_PROFILE, World, small_table

APPROVAL = "production_version"
RUN = "re-evaluation"


@pytest.fixture
def manual(world) -> World:
    """Version 1 of a model that a person promotes, staged."""
    world.spec["promotion"] = "manual"
    world.begin()
    return world


def versions(world: World) -> ModelRegistry:
    source = {"type": "csv", "path": str(world.csv)}
    spec = LifecycleSpec.model_validate({"source": source, **world.spec})
    return ModelRegistry(world.settings, actor="anna", spec_of=lambda _: spec)


def at(world: World, stage: str) -> str | None:
    version = versions(world).of("small").at(stage)
    return str(version.version) if version else None


def verdict(world: World, version: str) -> Verdict:
    return Verdict.model_validate_json(
        plain(world.client.get_model_version("small", version).tags)["verdict"]
    )


def changes(world: World) -> list[tuple[str, str]]:
    rows = reversed(versions(world).history("small"))
    return [(row.action, row.version) for row in rows if row.kind == "done"]


def second(world: World) -> None:
    """Version 2, from more rows, staged."""

    def retrain() -> None:
        small_table(600).to_csv(world.csv, index=False)
        assert world.retrain_as_of("2026-01-05").success

    world.kept.fill(world.settings.home, "two staged versions", retrain)


def test_approval_evaluates_by_the_gates_that_hold_now(manual):
    manual.spec["gates"] = {"roc_auc": {"min": 0.7}}
    shutil.rmtree(manual.settings.home / "lake" / "small" / "evaluation")  # nobody reads that
    manual.csv.unlink()
    assert manual.retrain(APPROVAL).success
    assert at(manual, PRODUCTION) == "1"
    assert verdict(manual, "1").gates[0].min == 0.7
    assert changes(manual) == [("stage", "1"), ("evaluate", "1"), ("promote", "1")]
    (row,) = (
        it
        for it in versions(manual).history("small")
        if it.kind == "done" and it.reason.startswith("re-evaluated, because ")
    )
    assert "roc_auc: was {min: 0.6, resolution: 0.1}, is {min: 0.7" in row.reason


def test_approval_refuses_by_the_gates_that_hold_now(manual):
    manual.spec["gates"] = {"log_loss": {"max": 0.0001}}
    assert not manual.retrain(APPROVAL).success
    assert "is above 0.0001" in manual.children()[APPROVAL].data.tags["reason"]
    assert (at(manual, PRODUCTION), at(manual, STAGING)) == (None, None)
    assert manual.client.get_model_version("small", "1").tags["stage"] == "rejected"


def test_the_figures_are_those_that_the_evaluation_had(manual):
    before = manual.children()["evaluation"].data.metrics
    first = verdict(manual, "1")
    manual.spec["gates"] = {**manual.spec["gates"], "recall": {"min": 0.1}}
    manual.spec |= {"seed": 5, "columns": {"numeric": ["x"]}}  # of the next fit, not of this one
    versions(manual).promote_model("small", 1)
    (run,) = (it for it in manual.runs() if it.info.run_name == RUN)
    assert {name: before[name] for name in run.data.metrics} == run.data.metrics
    assert run.data.metrics["roc_auc"] > 0.6
    assert (run.info.status, run.data.tags["gates_passed"]) == ("FINISHED", "true")
    again = verdict(manual, "1")
    assert again.gates[0] == first.gates[0]
    assert [gate.gate for gate in again.gates] == ["roc_auc", "recall", "beats_production"]


def test_what_only_a_figure_needs_is_not_computed_again(manual, monkeypatch):
    def fails(*_, **__):
        raise MemoryError

    monkeypatch.setattr(SklearnModel, "importance", fails)
    manual.spec["gates"] = {"roc_auc": {"min": 0.7}}
    versions(manual).promote_model("small", 1)
    assert at(manual, PRODUCTION) == "1"


def test_a_version_recorded_before_there_was_context_is_evaluated_without_it(manual):
    _, record = recorded(manual)
    rewrite(manual, spec={name: it for name, it in record.spec.items() if name != "context"})
    manual.spec |= {"gates": {"roc_auc": {"min": 0.7}}, "context": {"sensitive": ["sex"]}}
    versions(manual).promote_model("small", 1)
    assert at(manual, PRODUCTION) == "1"


def test_a_version_is_compared_with_the_one_that_serves_now(manual):
    second(manual)
    assert (verdict(manual, "1").champion, verdict(manual, "2").champion) == ("", "")
    versions(manual).promote_model("small", 2)
    assert changes(manual)[-1] == ("promote", "2")  # nothing has changed: the verdict holds
    said = versions(manual).promote_model("small", 1, reason="the old one was better")
    assert (said.version, at(manual, PRODUCTION)) == ("1", "1")
    assert verdict(manual, "1").champion == "2"
    assert verdict(manual, "1").gates[-1].value is not None
    assert changes(manual)[-2:] == [("evaluate", "1"), ("promote", "1")]
    small_table(800).to_csv(manual.csv, index=False)
    assert manual.retrain_as_of("2026-01-06").success
    assert verdict(manual, "3").champion == "1"


def test_a_version_that_does_not_beat_the_one_that_serves_now_stays_archived(manual):
    second(manual)
    versions(manual).promote_model("small", 2)
    manual.spec["gates"] = {"beats_production": {"metric": "log_loss", "tolerance": 0.0}}
    with pytest.raises(InputError, match=r"did not pass its gates .*may be worse"):
        versions(manual).promote_model("small", 1)
    assert at(manual, PRODUCTION) == "2"
    tags = manual.client.get_model_version("small", "1").tags
    assert (tags["stage"], verdict(manual, "1").passed) == ("archived", False)


def test_a_version_that_serves_without_its_tag_is_compared_as_mlflow_registered_it(manual):
    second(manual)
    versions(manual).promote_model("small", 2)
    manual.client.delete_model_version_tag("small", "2", stored_key("model_id"))
    versions(manual).promote_model("small", 1)
    assert verdict(manual, "1").gates[-1].value is not None
    assert at(manual, PRODUCTION) == "1"


@pytest.mark.parametrize("gone", ["table", "model", "record"])
def test_what_is_gone_is_told_with_what_to_do(manual, gone):
    manual.spec["gates"] = {"roc_auc": {"min": 0.7}}
    home, model_id = manual.settings.home, verdict(manual, "1").model_id
    if gone == "table":
        for file in (home / "lake" / "small" / "features").glob("*.parquet"):
            file.unlink()
    elif gone == "model":
        (folder,) = (home / "mlflow" / "artifacts").rglob(model_id)
        shutil.rmtree(folder)
    else:
        manual.client.delete_logged_model(model_id)
    with pytest.raises(InputError, match=r"gates .*changed.*cannot be re-evaluated.*retrain"):
        versions(manual).promote_model("small", 1)
    assert changes(manual) == [("stage", "1")]
    versions(manual).promote_model("small", 1, force=True, reason="it is all we have")
    assert at(manual, PRODUCTION) == "1"


def test_automatic_promotion_goes_the_same_way(world):
    world.spec["promotion"] = "manual"
    world.begin()
    world.spec |= {"promotion": "automatic", "gates": {"roc_auc": {"min": 0.7}}}
    assert world.retrain(APPROVAL).success
    assert changes(world) == [("stage", "1"), ("evaluate", "1"), ("promote", "1")]


def test_an_unchanged_retrain_heals_a_verdict_that_was_changed_by_hand(manual):
    forged = verdict(manual, "1").model_copy(update={"dataset_version": "another"})
    text = json.dumps(forged.model_dump(mode="json"))
    manual.client.set_model_version_tag("small", "1", stored_key("verdict"), text)
    assert not manual.retrain(APPROVAL).success
    assert "changed manually" in manual.children()[APPROVAL].data.tags["reason"]
    assert manual.retrain(*WITHOUT_PROFILE).success
    assert manual.retrain(APPROVAL).success
    assert at(manual, PRODUCTION) == "1"
