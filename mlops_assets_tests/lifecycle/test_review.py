"""A model whose versions are reviewed: nothing is promoted without an approval that holds."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.operations.prune.pruning import find_old
from mlops_assets.registry.review.deciding import decide
from mlops_assets.registry.review.records import Review
from mlops_assets.registry.review.reviewing import review_version
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.stage_names import PRODUCTION, STAGING
from mlops_assets_tests.world import World

CARD = {"intended_use": "Talks.", "limits": "No other clinic."}


def spec_of(world: World) -> LifecycleSpec:
    world.save()
    return LifecycleSpec.model_validate_json((world.settings.home / "spec.json").read_text())


def registry_of(world: World) -> ModelRegistry:
    return ModelRegistry(world.settings, actor="anna", spec_of=lambda _: spec_of(world))


def at(world: World, stage: str) -> str | None:
    found = registry_of(world).of("small").at(stage)
    return str(found.version) if found else None


def reviewed(world: World, number: str = "1", **given) -> Review:
    model = registry_of(world).of("small")
    return review_version(model, spec_of(world), number, world.settings, reviewer="anna", **given)


def read(world: World, run_id: str, file: str) -> str:
    return Path(world.client.download_artifacts(run_id, file)).read_text()


def approve(world: World, found: Review, **given) -> None:
    decided = found.model_copy(update={"decision": "approved", **given})
    decide(registry_of(world), spec_of(world), decided)


@pytest.fixture
def waiting(world) -> World:
    """Version 1 is staged, and waits for its review."""
    world.spec |= {"promotion": "review", "owner": "team:x", "description": "d", "card": CARD}
    world.begin()
    return world


def test_materializing_production_version_approves_nothing(waiting):
    assert at(waiting, PRODUCTION) is None
    assert waiting.retrain("production_version").success
    assert at(waiting, PRODUCTION) is None
    key = dg.AssetKey(["small", "production_version"])
    event = waiting.instance.get_latest_materialization_event(key)
    shown = event.asset_materialization.metadata["why"].value
    assert "promotion needs a review: no review has approved small version 1" in shown


def test_promotion_from_outside_needs_a_review_too_unless_forced(waiting):
    registry = registry_of(waiting)
    with pytest.raises(InputError, match="no review has approved small version 1"):
        registry.promote_model("small", 1, reason="I like it")
    registry.promote_model("small", 1, reason="the plant burns", force=True)
    assert at(waiting, PRODUCTION) == "1"


def test_an_approval_promotes_and_the_ledger_has_the_review(waiting):
    found = reviewed(waiting, notes=["fair enough"], stakeholders=["Bo"])
    approve(waiting, found)
    assert at(waiting, PRODUCTION) == "1"
    model = registry_of(waiting).of("small")
    done = [it for it in model.history() if it.kind == "done"]
    assert [it.action for it in done[:2]] == ["promote", "approve"]
    assert done[1].reason == "fair enough"
    assert done[1].verdict == found.verdict
    named = json.loads(model.version(1).tags["review"])
    kept = Review.model_validate_json(read(waiting, named["run"], "review.json"))
    assert kept.digest() == named["digest"]
    assert (kept.decision, kept.stakeholders) == ("approved", ("Bo",))
    assert "approve 1 by anna: fair enough" in model.version(1).description


def test_an_approval_is_stale_once_the_version_is_evaluated_again(waiting):
    registry = registry_of(waiting)
    found = reviewed(waiting)
    given = {"reason": "good", "review": "{}", "verdict": found.verdict}
    registry.record_review("small", 1, **given, approve=True)
    waiting.spec["gates"] = {"roc_auc": {"min": 0.61}}
    with pytest.raises(InputError, match="was evaluated again since anna approved it"):
        registry_of(waiting).promote_model("small", 1)
    assert at(waiting, PRODUCTION) is None
    with pytest.raises(InputError, match="was evaluated again during the review"):
        registry_of(waiting).record_review("small", 1, **given, approve=True)
    approve(waiting, reviewed(waiting))
    assert at(waiting, PRODUCTION) == "1"


def test_an_approved_version_that_was_not_promoted_is_by_the_next_run(waiting):
    """As after MLflow failed between the two."""
    given = {"reason": "good", "review": "{}", "verdict": reviewed(waiting).verdict}
    registry_of(waiting).record_review("small", 1, **given, approve=True)
    assert at(waiting, PRODUCTION) is None
    assert waiting.retrain("production_version").success
    assert at(waiting, PRODUCTION) == "1"


def test_a_rejection_has_its_reason_and_review_in_the_ledger(waiting):
    found = reviewed(waiting).model_copy(update={"decision": "rejected", "reason": "unfair"})
    decide(registry_of(waiting), spec_of(waiting), found)
    model = registry_of(waiting).of("small")
    newest = model.history(limit=1)[0]
    assert (newest.action, newest.reason) == ("reject", "unfair")
    assert at(waiting, STAGING) is None
    assert json.loads(model.version(1).tags["review"])["digest"] == found.digest()


def test_a_point_that_fails_stands_against_an_approval_unless_forced_with_a_reason(waiting):
    waiting.spec["review"] = {"stakeholders": ["works council"], "questions": ["Why?"]}
    found = reviewed(waiting)
    assert [it.name for it in found.having("FAIL")] == ["Stakeholders"]
    with pytest.raises(InputError, match="not yet: works council"):
        approve(waiting, found)
    with pytest.raises(InputError, match="without a reason"):
        approve(waiting, found, forced=True)
    assert at(waiting, PRODUCTION) is None
    approve(waiting, reviewed(waiting, stakeholders=["Works Council"]))
    assert at(waiting, PRODUCTION) == "1"


def test_the_registered_version_has_its_card_as_a_page_with_curves(waiting):
    run = waiting.children()["registered_version"]
    page = read(waiting, run.info.run_id, "model_card.html")
    assert "<p>Talks.</p>" in page
    assert "<code>card: {ethical_considerations: …}</code>" in page
    assert 'alt="roc curve" src="data:image/png;base64,' in page
    assert "It is the first version." in page
    assert "stage 1 by" in page
    assert "## Intended use" in registry_of(waiting).of("small").version(1).description


def test_the_asset_records_the_checklist_and_a_page(waiting):
    result = waiting.retrain("review")
    assert result.success
    run = waiting.children()["review"]
    files = {it.path for it in waiting.client.list_artifacts(run.info.run_id)}
    assert {"review.json", "review.html"} <= files
    assert run.data.metrics["points_fail"] == 0.0
    kept = Review.model_validate_json(read(waiting, run.info.run_id, "review.json"))
    outcomes = {it.name: it.outcome for it in kept.points}
    assert outcomes["Dependencies"] == outcomes["Model card"] == "PASS"
    assert outcomes["Rollback plan"] == outcomes["Fairness metrics"] == "LOOK"
    page = read(waiting, run.info.run_id, "review.html")
    assert page.count("<h2>") == 8  # seven sections and the notes
    assert 'alt="roc curve" src="data:image/png;base64,' in page
    (event,) = result.get_asset_materialization_events()
    shown = event.materialization.metadata
    assert "review.html" in shown["review"].value
    assert "| LOOK |" in shown["checklist"].value


def test_a_card_that_is_filled_in_lets_the_same_model_pass_without_a_new_fit(world):
    world.spec |= {"gates": {"documentation": "complete"}, "description": "d", "owner": "team:x"}
    world.begin()
    assert at(world, PRODUCTION) is None
    assert "card: {limits: …}" in registry_of(world).of("small").version(1).tags["rejected_because"]
    world.spec["card"] = CARD
    assert world.retrain("evaluation", "registered_version", "production_version").success
    assert at(world, PRODUCTION) == "1"


def test_a_review_is_not_pruned_before_its_version_nor_is_what_it_shows(waiting):
    """Neither is of the run that trained the version."""
    assert waiting.retrain("data_profile").success
    approve(waiting, reviewed(waiting))
    named = {it.info.run_name: it.info.run_id for it in waiting.runs()}
    later = datetime.now(UTC) + timedelta(days=100)
    found = find_old(waiting.settings, timedelta(days=90), now=later)
    old = {it.split()[-1] for part in found for it in part.items if part.what == "MLflow runs"}
    assert {named["review"], named["data_profile"]}.isdisjoint(old)
