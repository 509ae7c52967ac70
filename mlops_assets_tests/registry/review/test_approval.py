"""How long an approval lets a version be promoted."""

import pytest

from mlops_assets.errors import InputError
from mlops_assets.evaluation.verdict import digest
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets_tests.versions import DAY, GATES, registered

REVIEWED = {"gates": GATES, "since": DAY, "why": "good", "reviewed": True}


def approve(model: RegisteredModel, number: str) -> None:
    verdict = digest(model.version(number).tags["verdict"])
    given = {"reason": "looked at it", "review": "{}", "verdict": verdict}
    entry = model.record_review(number, **given, approve=True)
    assert (entry.from_stage, entry.to_stage) == ("staging", "staging")


def test_a_rejection_ends_an_approval_even_if_the_version_is_staged_again(registry):
    number = registered(registry, "f1")
    approve(registry, number)
    assert registry.unapproved(number) == ""
    registry.reject(number, reason="found a leak")
    registry.stage(number, why="no leak after all", force=True)
    with pytest.raises(InputError, match="no review has approved"):
        registry.promote(number, **REVIEWED)
    approve(registry, number)
    assert registry.promote(number, **REVIEWED).serving == number


def test_a_rollback_ends_the_approval_of_what_it_replaced(registry):
    first, second = registered(registry, "f1"), registered(registry, "f2")
    registry.promote(first, why="good", gates=GATES, since=DAY)
    approve(registry, second)
    registry.promote(second, **REVIEWED)
    registry.rollback(reason="too many alarms")
    assert "no review has approved" in registry.unapproved(second)
    assert registry.serving().version in (int(first), first)


def test_a_version_in_production_is_not_approved(registry):
    number = registered(registry, "f1")
    registry.promote(number, why="good", gates=GATES, since=DAY)
    with pytest.raises(InputError, match="that is not in production, to be approved"):
        approve(registry, number)


def test_an_approval_by_force_promotes_nothing_that_somebody_else_has_rejected_since(registry):
    number = registered(registry, "f1")
    approve(registry, number)
    registry.reject(number, reason="found a leak")
    forced = {"why": "it is urgent", "gates": None, "force": True}
    with pytest.raises(InputError, match="no review has approved"):
        registry.promote(number, **forced, approved=True)
    assert registry.version(number).tags["stage"] == "rejected"
    assert registry.promote(number, **forced).serving == number  # by who knows of the rejection


def test_a_review_of_a_version_that_changed_its_stage_meanwhile_is_not_recorded(registry):
    number = registered(registry, "f1")
    verdict = digest(registry.version(number).tags["verdict"])
    registry.reject(number, reason="found a leak")
    given = {"reason": "fine", "review": "{}", "verdict": verdict, "approve": True, "force": True}
    with pytest.raises(InputError, match="was staging when its checklist was walked, and is rej"):
        registry.record_review(number, **given, stage="staging")
    assert registry.history()[0].action == "reject"
