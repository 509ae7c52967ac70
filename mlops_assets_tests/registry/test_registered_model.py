"""Stages, aliases and verdicts in a real MLflow registry."""

import logging
import sqlite3
from contextlib import closing
from datetime import date
from functools import partial

import pytest

from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.version_tags import stored_key
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.gates import Gates
from mlops_assets.spec.stage_names import PRODUCTION, STAGING, StageNames
from mlops_assets_tests.statements import statements
from mlops_assets_tests.versions import DAY, GATES, evaluated, promoted, registered, verdict_of


def serving(registry: RegisteredModel) -> str | None:
    version = registry.at(PRODUCTION)
    return str(version.version) if version else None


def staged(registry: RegisteredModel) -> str | None:
    version = registry.at(STAGING)
    return str(version.version) if version else None


def stage(registry: RegisteredModel, version: str) -> str:
    return registry.version(version).tags["stage"]


def test_a_model_that_was_never_registered_has_no_versions(registry):
    assert registry.at(PRODUCTION) is None
    assert registry.with_fingerprint("f") is None
    assert registry.versions() == []
    with pytest.raises(InputError, match="has no version 3"):
        registry.version(3)


def test_a_version_that_passed_is_staged_and_found_again_by_its_fingerprint(registry):
    version = registry.register(evaluated(registry, "f1"), description="card", trained_through=DAY)
    assert version.tags["stage"] == STAGING
    assert registry.at(STAGING).version == version.version
    assert registry.with_fingerprint("f1").version == version.version
    assert registry.with_fingerprint("f2") is None


def test_a_version_that_failed_is_rejected_with_the_reason_and_cannot_be_promoted(registry):
    version = registered(registry, "f1", passed=False)
    assert stage(registry, version) == "rejected"
    assert registry.version(version).tags["rejected_because"] == "roc_auc: said so"
    assert registry.at(STAGING) is None
    with pytest.raises(InputError, match="did not pass its gates"):
        registry.promote(version, why="please", gates=GATES, since=DAY)
    assert registry.at(PRODUCTION) is None
    assert [entry.action for entry in registry.history()] == ["evaluate"] * 2


def test_a_prompt_of_that_name_is_left_alone(registry):
    candidate = evaluated(registry, "f1")
    prompt = registry.client.register_prompt(registry.name, "Say {{ word }}")
    with pytest.raises(InputError, match="has a prompt with the name"):
        registry.register(candidate, description="card", trained_through=DAY)
    with pytest.raises(InputError, match="has no version 1"):
        registry.promote("1", why="please", gates=GATES, force=True, since=DAY)
    assert registry.client.get_prompt_version(registry.name, "1").tags == prompt.tags
    assert registry.history() == []


def test_stages_are_read_without_every_version(registry):
    promoted(registry, "f1", "f2")
    with statements() as seen:
        found = registry.registered()
    assert found.aliases
    assert seen
    assert not [it for it in seen if "FROM model_versions" in it]


def test_promotion_archives_the_version_that_served(registry):
    first, second = promoted(registry, "f1", "f2")
    old = registry.version(first)
    assert (old.tags["stage"], old.tags["superseded_by"]) == ("archived", second)
    assert serving(registry) == second
    assert registry.at(STAGING) is None


def test_promotion_leaves_intent_and_end_in_the_ledger(registry):
    (first,) = promoted(registry, "f1")
    done, intent = registry.history(limit=2)
    assert (intent.kind, done.kind, intent.transition) == ("intent", "done", done.transition)
    assert (done.action, done.version, done.actor) == ("promote", first, "anna")
    assert (done.from_stage, done.to_stage) == ("staging", "production")
    assert (done.expected, done.serving, done.reason) == ("", first, "f1 is better")
    assert len(done.verdict) == 16
    assert not done.forced
    assert done.line().endswith("promote 1 by anna: f1 is better")


def test_a_newer_staged_version_takes_the_place_of_one_that_waits(registry):
    first, second = registered(registry, "f1"), registered(registry, "f2")
    assert staged(registry) == second
    assert stage(registry, first) == "archived"


def test_the_verdict_of_another_model_does_not_count(registry):
    version = registered(registry, "f1")
    registry.judge(version, evaluated(registry, "f2").verdict)
    with pytest.raises(InputError, match="verdict of another model"):
        registry.promote(version, why="please", gates=GATES, since=DAY)


@pytest.mark.parametrize("text", ["", "fine", "a better one"])
def test_a_verdict_that_the_ledger_does_not_know_is_refused(registry, text):
    version = registered(registry, "f1", passed=False)
    forged = text or verdict_of(registry.version(version).tags["model_id"]).model_dump_json()
    registry.client.set_model_version_tag(registry.name, version, stored_key("verdict"), forged)
    for act in (registry.stage, partial(registry.promote, gates=GATES, since=DAY)):
        with pytest.raises(InputError, match="its tag was changed manually"):
            act(version, why="please")
    registry.stage(version, why="let it wait", force=True)
    with pytest.raises(InputError, match="its tag was changed manually"):
        registry.promote(version, why="please", gates=GATES, since=DAY)


def test_a_verdict_that_no_evaluation_gave_is_refused(registry):
    made = evaluated(registry, "f1")
    tags = {"model_id": made.verdict.model_id, "verdict": made.verdict.model_dump_json()}
    trained = made.trained_model
    version = registry.create_version(trained.model_id, run_id=trained.run_id, tags=tags)
    with pytest.raises(InputError, match="is not in the ledger"):
        registry.promote(version, why="please", gates=GATES, since=DAY)


def test_a_verdict_and_a_tag_of_another_model_do_not_count_for_what_mlflow_registered(registry):
    version = registered(registry, "f1")
    better = evaluated(registry, "f2").verdict
    registry.client.set_model_version_tag(
        registry.name, version, stored_key("model_id"), better.model_id
    )
    registry.judge(version, better)
    with pytest.raises(InputError, match="verdict of another model"):
        registry.promote(version, why="please", gates=GATES, since=DAY)


def test_whoever_promotes_says_which_gates_hold(registry):
    version = registered(registry, "f1")
    with pytest.raises(TypeError, match="gates"):
        registry.promote(version, why="please", since=DAY)  # pyright: ignore[reportCallIssue]


def judged_against(
    registry: RegisteredModel, version: str, champion: str, *, passed: bool = True, **options
) -> None:
    verdict = verdict_of(registry.version(version).tags["model_id"], passed=passed)
    registry.judge(version, verdict.model_copy(update={"champion": champion}), **options)


def test_a_verdict_against_another_version_than_the_one_that_serves_is_refused(registry):
    first, second, third = (registered(registry, f"f{number}") for number in (1, 2, 3))
    judged_against(registry, second, "")
    judged_against(registry, third, "")
    registry.promote(second, why="first come", gates=GATES, since=DAY)
    said = r"no version was in production when .* 3 was evaluated, and now version 2 is"
    with pytest.raises(InputError, match=said):
        registry.promote(third, why="please", gates=GATES, since=DAY)
    judged_against(registry, third, first)
    with pytest.raises(InputError, match=r"version 1 was in production when .* was evaluated"):
        registry.promote(third, why="please", gates=GATES, since=DAY)
    judged_against(registry, third, second)
    registry.promote(third, why="please", gates=GATES, since=DAY)
    assert serving(registry) == third


def test_judging_again_takes_nobodys_place_in_the_queue(registry):
    first, _ = promoted(registry, "f1", "f2")
    third = registered(registry, "f3")
    judged_against(registry, first, "2", again="version 2 serves now")
    assert (serving(registry), staged(registry)) == ("2", third)
    assert stage(registry, first) == "archived"
    done = registry.history(limit=1)[0]
    assert (done.action, done.to_stage) == ("evaluate", "archived")
    assert (done.serving, done.reason) == ("2", "version 2 serves now")


def test_a_version_without_a_verdict_cannot_be_promoted(registry):
    version = registered(registry, "f1")
    registry.client.delete_model_version_tag(registry.name, version, stored_key("verdict"))
    with pytest.raises(InputError, match="has no verdict"):
        registry.promote(version, why="please", gates=GATES, since=DAY)


def test_force_promotes_with_a_reason_and_leaves_a_mark_until_the_next_promotion(registry):
    version = registered(registry, "f1", passed=False)
    with pytest.raises(InputError, match="without a reason"):
        registry.promote(version, why=" ", gates=GATES, since=DAY, force=True)
    registry.promote(version, why="the only one we have", gates=GATES, since=DAY, force=True)
    tags = registry.version(version).tags
    assert tags["forced"] == "the only one we have"
    assert "rejected_because" not in tags
    assert registry.history(limit=1)[0].forced
    promoted(registry, "f2")
    registry.judge(version, verdict_of(tags["model_id"]))
    registry.promote(version, why="passed by now", gates=GATES, since=DAY)
    assert "forced" not in registry.version(version).tags


def test_gates_that_changed_since_the_verdict_ask_for_another_evaluation(registry):
    version = registered(registry, "f1")
    stricter = Gates.model_validate({"roc_auc": {"min": 0.9}})
    with pytest.raises(InputError, match=r"roc_auc: was \{min: 0.8.*re-evaluate"):
        registry.promote(version, why="please", since=DAY, gates=stricter)
    model_id = registry.version(version).tags["model_id"]
    registry.judge(version, verdict_of(model_id, gates=stricter))
    registry.promote(version, why="please", since=DAY, gates=stricter)
    assert serving(registry) == version


def test_the_same_gates_are_no_change(registry):
    version = registered(registry, "f1")
    registry.promote(version, why="please", since=DAY, gates=GATES)
    assert serving(registry) == version


def test_a_promotion_that_expected_another_version_says_who_was_faster(registry):
    first, second = registered(registry, "f1"), registered(registry, "f2")
    registry.promote(second, why="mine", gates=GATES, since=DAY)
    late = RegisteredModel(registry.client, registry.name, registry.ledger, actor="ben")
    with pytest.raises(
        InputError, match=r"production version of churn-model is now 2.*promote 2 by anna"
    ):
        late.promote(first, why="mine", gates=GATES, since=DAY, expected="")
    assert serving(registry) == second


def test_a_new_verdict_on_the_version_that_serves_leaves_it_serving(registry):
    (first,) = promoted(registry, "f1")
    model_id = registry.version(first).tags["model_id"]
    for passed in (True, False):
        registry.judge(first, verdict_of(model_id, passed=passed))
        assert (serving(registry), staged(registry)) == (first, None)
        assert stage(registry, first) == "production"
        assert registry.version(first).tags["gates_passed"] == str(passed).lower()


def test_a_staged_version_that_fails_its_new_verdict_waits_no_longer(registry):
    version = registered(registry, "f1")
    model_id = registry.version(version).tags["model_id"]
    registry.judge(version, verdict_of(model_id, passed=False))
    assert (staged(registry), stage(registry, version)) == (None, "rejected")


def test_rollback_lets_the_one_before_serve_again_and_rejects_the_bad_one(registry):
    first, second = promoted(registry, "f1", "f2")
    registry.rollback(reason="misses every third case", since=date(2026, 2, 1))
    assert serving(registry) == first
    back, bad = registry.version(first).tags, registry.version(second).tags
    assert (back["stage"], back["in_production_since"]) == ("production", "2026-02-01")
    assert "superseded_by" not in back
    assert (bad["stage"], bad["rejected_because"]) == ("rejected", "misses every third case")
    with pytest.raises(InputError, match="no production version of churn-model before 1"):
        registry.rollback(reason="this one too")


def test_after_an_archival_by_force_rollback_brings_the_one_before_back(registry):
    first, second = promoted(registry, "f1", "f2")
    registry.archive(second, reason="harmful", force=True)
    registry.rollback(reason="harmful", since=DAY)
    assert (serving(registry), stage(registry, second)) == (first, "rejected")
    registry.archive(first, reason="harmful too", force=True)
    registry.rollback(first, reason="it was not", since=DAY)
    assert (serving(registry), stage(registry, first)) == (first, "production")


def test_after_an_archival_by_force_and_a_deletion_there_is_nothing_to_roll_back_from(registry):
    _, second = promoted(registry, "f1", "f2")
    registry.archive(second, reason="harmful", force=True)
    registry.delete(second, reason="harmful")
    with pytest.raises(InputError, match="no version of churn-model is in production"):
        registry.rollback(reason="harmful")


def test_a_refused_promotion_leaves_rollback_the_version_that_served_before(registry):
    first, second = promoted(registry, "f1", "f2")
    judged_against(registry, first, second, passed=False, again=f"version {second} serves now")
    assert stage(registry, first) == "archived"
    assert registry.version(first).tags["gates_passed"] == "false"
    with pytest.raises(InputError, match="did not pass its gates"):
        registry.promote(first, why="please", gates=GATES, since=DAY)
    registry.rollback(reason="bad")
    assert (serving(registry), stage(registry, second)) == (first, "rejected")


def test_rollback_goes_to_no_version_that_failed_and_never_served_because_it_passed(registry):
    failed = registered(registry, "f1", passed=False)
    forced = registered(registry, "f2", passed=False)
    registry.promote(forced, why="all we have", gates=GATES, since=DAY, force=True)
    judged_against(registry, forced, "", passed=False)
    promoted(registry, "f3")
    mark = registry.version(forced).tags["promoted_because"]
    registry.client.set_model_version_tag(
        registry.name, failed, stored_key("promoted_because"), mark
    )
    for number in (failed, forced, None):
        with pytest.raises(InputError, match="did not pass its gates"):
            registry.rollback(to=number, reason="bad")
    assert serving(registry) == "3"


def test_rollback_passes_over_versions_that_were_rejected_or_deleted(registry):
    first, second, third, fourth = promoted(registry, "f1", "f2", "f3", "f4")
    registry.reject(third, reason="leaks the target")
    registry.delete(second, reason="asked for by the data's owner")
    registry.rollback(reason="bad")
    assert serving(registry) == first
    assert stage(registry, fourth) == "rejected"


def test_rollback_to_a_number_and_twice_in_a_row(registry):
    first, second, third = promoted(registry, "f1", "f2", "f3")
    registry.rollback(reason="bad")
    assert serving(registry) == second
    registry.rollback(to=first, reason="bad as well")
    assert serving(registry) == first
    with pytest.raises(InputError, match="was rejected: bad"):
        registry.rollback(to=third, reason="after all")
    registry.rollback(to=third, reason="after all", force=True)
    assert serving(registry) == third
    assert registry.version(third).tags["forced"] == "after all"


@pytest.mark.parametrize("how", ["rollback", "reject"])
def test_no_later_verdict_stages_a_version_that_a_person_rejected(registry, how):
    _, second = promoted(registry, "f1", "f2")
    if how == "rollback":
        registry.rollback(reason="bad")
    else:
        promoted(registry, "f3")
        registry.reject(second, reason="bad")
    model_id = registry.version(second).tags["model_id"]
    registry.judge(second, verdict_of(model_id, gates=Gates.model_validate({"f1": {"min": 0}})))
    assert (staged(registry), stage(registry, second)) == (None, "rejected")
    with pytest.raises(InputError, match="was rejected: bad"):
        registry.promote(second, why="again", gates=GATES, since=DAY)


def test_a_rejected_model_that_is_deleted_and_trained_again_is_rejected_again(registry):
    _, second = promoted(registry, "f1", "f2")
    registry.rollback(reason="bad")
    registry.delete(second, reason="tidying up")
    again = registered(registry, "f2")
    assert again == "3"
    assert stage(registry, again) == "rejected"
    assert registry.version(again).tags["rejected_because"] == "bad"


def test_what_serves_is_neither_deleted_nor_rejected_nor_archived_by_mistake(registry):
    (first,) = promoted(registry, "f1")
    for act in (registry.delete, registry.reject, registry.archive):
        with pytest.raises(InputError, match="version 1 is in production"):
            act(first, reason="out")
    registry.archive(first, reason="out", force=True)
    assert (serving(registry), stage(registry, first)) == (None, "archived")
    registry.delete(first, reason="out")
    assert registry.find(first) is None


def test_a_model_that_is_deleted_and_made_again_has_nothing_to_go_back_to(registry):
    promoted(registry, "f1", "f2")
    registry.client.delete_registered_model(registry.name)
    first, second = registered(registry, "f3"), registered(registry, "f4")
    registry.promote(second, why="better", gates=GATES, since=DAY)
    assert (first, second) == ("1", "2")
    with pytest.raises(InputError, match=r"has no production version of .* before 2"):
        registry.rollback(reason="bad")
    assert serving(registry) == second


def test_archive_is_told_as_forced_only_where_force_did_something(registry):
    first, _ = promoted(registry, "f1", "f2")
    assert not registry.archive(first, reason="not needed", force=True).forced
    assert registry.archive("2", reason="none shall serve", force=True).forced


def test_a_verdict_counts_for_its_gates_and_the_version_that_served(registry):
    _, second = promoted(registry, "f1", "f2")
    judged_against(registry, second, "1")
    known = registry.version(second)
    verdict = registry.verdict(known)
    assert registry.is_judged(known, verdict)
    assert registry.is_judged(known, verdict.model_copy(update={"champion": second}))
    assert not registry.is_judged(known, verdict.model_copy(update={"champion": "3"}))
    assert not registry.is_judged(known, verdict.model_copy(update={"asked": "{}"}))


def test_archive_takes_the_staged_version_out_of_the_queue(registry):
    version = registered(registry, "f1")
    registry.archive(version, reason="superseded by hand")
    assert (staged(registry), stage(registry, version)) == (None, "archived")
    assert registry.version(version).tags["archived_because"] == "superseded by hand"


def test_a_model_may_call_its_stages_otherwise(registry):
    (first,) = promoted(registry, "f1")
    second = registered(registry, "f2")
    registry.use_stage_names(StageNames(staging="candidate"))
    third = registered(registry, "f3")
    aliases = registry.client.get_registered_model(registry.name).aliases
    assert {name: str(number) for name, number in aliases.items()} == {
        "production": first,
        "candidate": third,
    }
    assert stage(registry, third) == "candidate"
    assert staged(registry) == third
    assert stage(registry, second) == "archived"
    registry.promote(third, why="better", gates=GATES, since=DAY)
    assert registry.history(limit=1)[0].from_stage == STAGING
    assert staged(registry) is None


def test_a_reader_needs_no_ledger_and_changes_nothing(registry):
    promoted(registry, "f1")
    reader = RegisteredModel(registry.client, registry.name)
    assert str(reader.serving().version) == "1"
    with pytest.raises(RuntimeError, match="without a ledger"):
        reader.archive("1", reason="no")


def test_the_card_tells_what_became_of_its_version(registry):
    made = evaluated(registry, "f1")
    first = registry.register(made, description="# card\n\n## Ledger\n\n", trained_through=DAY)
    registry.promote(first, why="better", gates=GATES, since=DAY)
    promoted(registry, "f2")
    lines = registry.version(first.version).description.splitlines()
    assert [line.split(" by ")[0].split(" ", 3)[3] for line in lines if line[:2] == "- "] == [
        "promote 2",
        "promote 1",
        "stage 1",
    ]


def test_a_change_that_is_done_does_not_fail_for_its_card(registry, settings, caplog):
    made = evaluated(registry, "f1")
    card = "## Ledger\n\nnothing yet"
    version = registry.register(made, description=card, trained_through=DAY).version
    with closing(sqlite3.connect(settings.home / "mlflow" / "mlflow.db")) as database, database:
        database.execute(
            "CREATE TRIGGER too_long BEFORE UPDATE OF description ON model_versions "
            "BEGIN SELECT RAISE(ABORT, 'value too long'); END"
        )
    with caplog.at_level(logging.WARNING, "mlops_assets"):
        done = registry.promote(version, why="better", gates=GATES, since=DAY)
    assert (done.kind, serving(registry)) == ("done", str(version))
    assert any("the change is done" in said for said in caplog.messages)
    assert "promote" not in registry.version(version).description
