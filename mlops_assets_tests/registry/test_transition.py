"""Changes that are interrupted, or that meet another one."""

import pytest

from mlops_assets.errors import InputError
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.stage_names import PRODUCTION
from mlops_assets_tests.versions import DAY, GATES, evaluated, promoted, registered


class LostConnectionError(Exception):
    """What a lost connection looks like to the code that writes."""


def interrupted_at(registry: RegisteredModel, monkeypatch, method: str, instead=None) -> None:
    """Let the first call of the client's `method` do `instead`, or fail."""
    real = getattr(registry.client, method)

    def fail(*args):
        monkeypatch.setattr(registry.client, method, real)
        if instead is None:
            raise LostConnectionError
        instead()
        return real(*args)

    monkeypatch.setattr(registry.client, method, fail)


def serving(registry: RegisteredModel) -> str:
    return str(registry.serving().version)


def half_promoted(registry: RegisteredModel, monkeypatch) -> str:
    promoted(registry, "f1")
    second = registered(registry, "f2")
    interrupted_at(registry, monkeypatch, "set_registered_model_alias")
    with pytest.raises(LostConnectionError):
        registry.promote(second, why="better", gates=GATES, since=DAY)
    assert registry.version(second).tags["stage"] == "production"
    assert serving(registry) == "1"
    return second


def test_recovery_finishes_what_was_interrupted_once(registry, monkeypatch):
    second = half_promoted(registry, monkeypatch)
    (ended,) = registry.recover()
    assert (ended.kind, ended.version, ended.actor) == ("done", second, "anna")
    assert serving(registry) == second
    assert registry.version("1").tags["stage"] == "archived"
    assert registry.recover() == []


def test_whoever_changes_something_next_finishes_it_first(registry, monkeypatch):
    second = half_promoted(registry, monkeypatch)
    ben = RegisteredModel(registry.client, registry.name, registry.ledger, actor="ben")
    with pytest.raises(
        InputError, match=r"production version .* is now 2, no longer 1 .*promote 2 by anna"
    ):
        ben.promote("1", why="the old one was better", gates=GATES, since=DAY)
    assert serving(registry) == second
    assert [(row.kind, row.actor) for row in registry.history(limit=2)] == [
        ("done", "anna"),
        ("intent", "anna"),
    ]


def test_a_change_whose_version_is_deleted_meanwhile_is_taken_back(registry, monkeypatch):
    promoted(registry, "f1")
    before = registry.snapshot("1")
    second = registered(registry, "f2")

    def delete():
        registry.client.delete_model_version(registry.name, second)

    interrupted_at(registry, monkeypatch, "set_registered_model_alias", instead=delete)
    with pytest.raises(InputError, match="version 2 was deleted while it was changed"):
        registry.promote(second, why="better", gates=GATES, since=DAY)
    assert registry.history(limit=1)[0].kind == "undone"
    assert registry.snapshot("1") == before
    assert registry.ledger.served(registry.name)[0].serving == "1"


def test_a_refused_change_leaves_no_row(registry):
    version = registered(registry, "f1", passed=False)
    rows = registry.history()
    with pytest.raises(InputError):
        registry.promote(version, why="please", gates=GATES, since=DAY)
    assert registry.history() == rows
    assert registry.at(PRODUCTION) is None


def test_a_reason_that_is_too_long_is_refused_before_anything_is_written(registry):
    promoted(registry, "f1", "f2")
    rows = registry.history()
    with pytest.raises(InputError, match=r"100,001 characters.*at most 1,000"):
        registry.rollback(reason="x" * 100_001)
    assert registry.history() == rows
    registry.rollback(reason="x" * 1_000)
    assert serving(registry) == "1"


def test_a_value_that_mlflow_refuses_for_good_is_taken_back_and_the_model_stays_usable(registry):
    promoted(registry, "f1")
    second = registered(registry, "f2")
    before = registry.snapshot(second)
    verdict = evaluated(registry, "f2").verdict
    gate = verdict.gates[0].model_copy(update={"reason": "x" * 100_001, "passed": False})
    with pytest.raises(InputError, match="undone: MLflow rejected it: ") as told:
        registry.judge(second, verdict.model_copy(update={"gates": (gate,)}))
    assert len(str(told.value)) < 1_000
    ended = registry.history(limit=1)[0]
    assert (ended.kind, ended.reason[:18]) == ("undone", "MLflow rejected it")
    assert registry.snapshot(second) == before
    assert registry.recover() == []
    registry.promote(second, why="better", gates=GATES, since=DAY)


def stopped_before_the_tags_of_the_version_that_served(registry, monkeypatch, act) -> None:
    """The first tag of another version than 2, or than the one that is rolled back to, fails."""
    real = registry.client.set_registered_model_alias

    def then_fail(*args):
        real(*args)
        interrupted_at(registry, monkeypatch, "set_model_version_tag")

    with monkeypatch.context() as patch:
        patch.setattr(registry.client, "set_registered_model_alias", then_fail)
        with pytest.raises(LostConnectionError):
            act()


def test_the_version_that_served_may_be_deleted_in_the_middle_of_a_promotion(registry, monkeypatch):
    promoted(registry, "f1")
    second = registered(registry, "f2")
    stopped_before_the_tags_of_the_version_that_served(
        registry,
        monkeypatch,
        lambda: registry.promote(second, why="better", gates=GATES, since=DAY),
    )
    registry.client.delete_model_version(registry.name, "1")
    (ended,) = registry.recover()
    assert (ended.kind, ended.serving, serving(registry)) == ("done", second, second)
    assert registry.version(second).tags["stage"] == "production"
    assert registry.ledger.served(registry.name)[0].serving == second


def test_the_bad_version_may_be_deleted_in_the_middle_of_a_rollback(registry, monkeypatch):
    _, second = promoted(registry, "f1", "f2")
    stopped_before_the_tags_of_the_version_that_served(
        registry, monkeypatch, lambda: registry.rollback(reason="bad")
    )
    registry.client.delete_model_version(registry.name, second)
    (ended,) = registry.recover()
    assert (ended.kind, ended.serving, serving(registry)) == ("done", "1", "1")
    assert registry.version("1").tags["stage"] == "production"
    assert registry.ledger.served(registry.name)[0].serving == "1"
