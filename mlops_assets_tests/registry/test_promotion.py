"""When a staged version may serve."""

from datetime import UTC, datetime, timedelta

import pytest

from mlops_assets.evaluation.gates import NoChampion, judge_champion
from mlops_assets.evaluation.verdict import Verdict, digest
from mlops_assets.registry.ledger import Entry
from mlops_assets.registry.promotion import changed_gates, decide_promotion, outdated, unapproved
from mlops_assets.spec.gates import BeatsProduction, Gates

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("policy", "staged_at", "promoted"),
    [
        ("automatic", BEFORE, True),
        ("automatic", AFTER, True),
        ("manual", BEFORE, True),
        ("manual", AFTER, False),
        ("manual", NOW, False),
        ("automatic", None, False),
        ("manual", None, False),
    ],
)
def test_only_a_version_that_could_have_been_seen_is_promoted(policy, staged_at, promoted):
    decision = decide_promotion(policy=policy, staged_at=staged_at, run_began=NOW)
    assert decision.promote is promoted
    assert decision.why


def test_with_policy_manual_a_run_of_a_schedule_approves_nothing():
    known = {"staged_at": BEFORE, "run_began": NOW, "started_by": "schedule nightly"}
    assert not decide_promotion(policy="manual", **known).promote
    assert decide_promotion(policy="automatic", **known).promote


def test_with_policy_manual_a_run_that_registers_too_approves_nothing():
    known = {"staged_at": BEFORE, "run_began": NOW, "also_registers": True}
    assert not decide_promotion(policy="manual", **known).promote
    assert decide_promotion(policy="automatic", **known).promote


def test_with_policy_review_only_an_approved_version_is_promoted_whenever_it_was_staged():
    known = {"policy": "review", "run_began": NOW, "started_by": "schedule nightly"}
    for staged_at in (BEFORE, AFTER):
        waits = decide_promotion(**known, staged_at=staged_at, unapproved="nobody approved it")
        assert not waits.promote
        assert "nobody approved it" in waits.why
        assert decide_promotion(**known, staged_at=staged_at).promote


def test_an_approval_is_of_the_verdict_that_was_looked_at():
    approval = Entry(model="m", action="approve", version="3", actor="anna", verdict=digest("{1}"))
    assert unapproved("m version 3", "{1}", approval) == ""
    assert "evaluated again since anna approved it" in unapproved("m version 3", "{2}", approval)
    assert "no review has approved m version 3" in unapproved("m version 3", "{1}", None)


def test_a_version_that_has_not_won_its_experiment_waits():
    known = {"staged_at": BEFORE, "run_began": NOW, "not_won": "keep looking: 3 of 14 days"}
    decision = decide_promotion(policy="automatic", **known)
    assert not decision.promote
    assert "keep looking: 3 of 14 days" in decision.why


def test_the_gate_of_an_experiment_makes_no_verdict_outdated():
    asked = gates().model_dump_json()
    verdict = Verdict(gates=(), model_id="m", dataset_version="d", code_version="c", asked=asked)
    assert changed_gates(verdict, gates(wins_experiment={"margin": 0.01})) == []


def gates(**given) -> Gates:
    return Gates.model_validate(given)


def test_every_gate_that_changed_is_named_with_both_bounds():
    asked = gates(roc_auc={"min": 0.8}, recall={"min": 0.7}).model_dump_json()
    verdict = Verdict(gates=(), model_id="m", dataset_version="d", code_version="c", asked=asked)
    assert changed_gates(verdict, gates(recall={"min": 0.7}, roc_auc={"min": 0.8})) == []
    now = gates(roc_auc={"min": 0.8, "resolution": 0.2}, f1={"min": 0.5})
    assert changed_gates(verdict, now) == [
        "roc_auc: was {min: 0.8, resolution: 0.1}, is {min: 0.8, resolution: 0.2}",
        "recall: was {min: 0.7, resolution: 0.1}, is no gate",
        "f1: was no gate, is {min: 0.5, resolution: 0.1}",
    ]


def test_a_verdict_that_does_not_say_what_was_asked_does_not_count():
    verdict = Verdict(gates=(), model_id="m", dataset_version="d", code_version="c")
    assert changed_gates(verdict, gates())


@pytest.mark.parametrize(
    ("champion", "serving", "said"),
    [
        ("1", "1", ""),
        ("", "", ""),
        (None, "7", ""),  # an older release did not say
        ("1", "2", "version 1 was in production when it was evaluated, and now version 2 is"),
        ("", "2", "no version was in production when it was evaluated, and now version 2 is"),
        ("1", "", "version 1 was in production when it was evaluated, and now none is"),
    ],
)
def test_a_verdict_holds_against_the_version_that_serves(champion, serving, said):
    verdict = Verdict(
        gates=(), model_id="m", dataset_version="d", code_version="c", asked="{}", champion=champion
    )
    assert outdated("it", verdict, None, serving) == said
    assert "the gates in defs.yaml changed" in outdated("it", verdict, gates(), serving)


@pytest.mark.parametrize(
    ("champion", "found", "holds"),
    [
        ("1", NoChampion("no ground truth to compare with version 1 on"), True),
        ("", NoChampion(), False),
        ("1", "version 1, in production, needs columns ['x']", False),
    ],
)
def test_a_verdict_without_truth_to_compare_on_holds_against_any_version(champion, found, holds):
    gate = judge_champion("roc_auc", BeatsProduction(tolerance=0.01), found)
    known = {"model_id": "m", "dataset_version": "d", "code_version": "c", "champion": champion}
    assert (outdated("it", Verdict(gates=(gate,), **known), None, "2") == "") is holds
