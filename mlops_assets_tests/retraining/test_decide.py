"""Every path of the decision to retrain, by name."""

from datetime import timedelta

import pytest
import yaml
from pydantic import ValidationError

from mlops_assets.retraining.decide import decide
from mlops_assets.retraining.loop_state import Attempt
from mlops_assets.retraining.state import RaiseAlert, Retrain, State, Wait
from mlops_assets.spec.retrain import Policy
from mlops_assets_tests.retraining.retrain_cases import (
    NOW,
    POLICY,
    PROMOTED,
    attempt,
    day,
    decided,
    report,
)

WAITS = {
    "nothing serves": ("dd", {"production_version": ""}, "stable", "no version is in production"),
    "no day yet": ("", {}, "cooling_down", "cooling down until 2026-01-08"),
    "all clean": ("ccc", {}, "stable", "clean on 2026-01-12"),
    "first drifted day": ("ccd", {}, "suspect", "suspect 1 of 2"),
    "newest is clean": ("ddc", {}, "suspect", "suspect 2 of 2; clean on 2026-01-12"),
    "drift has aged out": ("ddccc", {}, "stable", "clean on 2026-01-14"),
    "drifted days too far apart": ("dccd", {}, "suspect", "suspect 1 of 2"),
    "missing days take a place": ("d--d", {}, "suspect", "suspect 1 of 2"),
    "newest is inconclusive": (
        "ddi",
        {"note": "40 rows, 120 needed"},
        "suspect",
        "suspect 2 of 2; inconclusive: 40 rows, 120 needed",
    ),
    "newest is an outage": ("ddo", {}, "suspect", "suspect 2 of 2; outage: 2026-01-12"),
    "only inconclusive": (
        "iii",
        {"note": "40 rows, 120 needed"},
        "stable",
        "inconclusive: 40 rows, 120 needed",
    ),
    "outage while performance dropped": (
        "co",
        {"performance": "dropped"},
        "suspect",
        "suspect 0 of 2; outage: 2026-01-11",
    ),
    "somebody else's retrain": (
        "dd",
        {"in_flight": "nightly run 1a2b"},
        "retraining",
        "retrain in flight: nightly run 1a2b",
    ),
    "just promoted": (
        "dd",
        {"in_production_since": day(-1)},
        "cooling_down",
        "cooling down until 2026-01-16",
    ),
    "performance holds": ("cc", {"performance": "ok"}, "stable", "clean on 2026-01-11"),
}


@pytest.mark.parametrize(("letters", "facts", "status", "why"), WAITS.values(), ids=WAITS)
def test_waits_and_says_why(letters, facts, status, why):
    state, action = decided(letters, **facts)
    assert (state.status, action) == (status, Wait(why=why))


FIRES = {
    "two of two": ("dd", {}, 0),
    "two of three": ("dcd", {}, 0),
    "three of three": ("ddd", {}, 0),
    "inconclusive days take no place": ("diiid", {}, 0),
    "outages take no place": ("dood", {}, 0),
    "an old stretch is another episode": ("ddcccdd", {}, 5),
    "a stretch keeps its first day": ("ddddddd", {}, 0),
    "performance dropped": ("cc", {"performance": "dropped"}, 1),
    "performance dropped on an inconclusive day": ("ci", {"performance": "dropped"}, 1),
    "drift and performance": ("dd", {"performance": "dropped"}, 0),
    "exactly enough new labels": ("dd", {"new_labels": 100}, 0),
    "the cool-down ends today": ("dd", {"in_production_since": day(-6)}, 0),
}


@pytest.mark.parametrize(("letters", "facts", "episode"), FIRES.values(), ids=FIRES)
def test_fires(letters, facts, episode):
    state, action = decided(letters, **facts)
    assert isinstance(action, Retrain)
    assert action.run_key == f"m/3/{day(episode)}/1"
    assert (state.status, state.episode, state.attempt) == ("retraining", day(episode), 1)


DROP = "roc_auc 0.78 [0.74, 0.82] is past its bound 0.85 (holdout 0.90), on 2026-01-11"


def test_an_estimated_drop_alerts_once_and_never_retrains():
    state, action = decided("cc", estimated_drop=DROP)
    assert isinstance(action, RaiseAlert)
    assert (action.kind, state.status) == ("estimated_drop", "suspect")
    assert DROP in action.why
    for letters in ("ccc", "cccd", "cccc"):  # one suspect day of drift changes nothing
        state, action = decided(letters, state=state, estimated_drop=DROP)
        assert isinstance(action, Wait)
        assert not isinstance(action, RaiseAlert | Retrain)
    state, action = decided("ccccc", state=state)
    assert (state.status, state.alerted) == ("stable", "")
    assert isinstance(decided("cccccc", state=state, estimated_drop=DROP)[1], RaiseAlert)


def test_drift_retrains_whatever_is_estimated():
    assert isinstance(decided("dd", estimated_drop=DROP)[1], Retrain)


def test_the_reason_names_the_cause():
    _, action = decided("dcd", performance="dropped")
    cause = "drift on 2026-01-10, 2026-01-12 and performance dropped"
    assert action.why == f"{cause}: attempt 1 of episode 2026-01-10"


def test_one_of_one_fires_on_the_first_day():
    _, action = decided("ccd", policy=Policy(suspect_days=1))
    assert isinstance(action, Retrain)


def test_days_up_to_the_promotion_do_not_count():
    policy = Policy(cooldown=1)
    assert decided("dd", in_production_since=day(0), policy=policy)[0].status == "suspect"
    assert isinstance(decided("ddd", in_production_since=day(0), policy=policy)[1], Retrain)


def test_a_backfill_of_old_days_never_fires():
    backfilled = {day(-at): "drift" for at in range(3, 60)}
    letters = report("cd").days
    assert decided(days={**backfilled, **letters})[0].status == "suspect"
    assert decided(days={**backfilled, day(0): "clean"})[0].status == "stable"


def test_the_order_of_the_days_does_not_matter():
    forwards = report("dicd").days
    backwards = dict(reversed(forwards.items()))
    assert decided(days=forwards) == decided(days=backwards)


def test_the_clock_does_not_matter():
    earlier = NOW - timedelta(days=400)
    assert decide(State(), report("dd"), earlier, POLICY)[1] == decided("dd")[1]


def test_the_same_report_asks_once():
    state, _ = decided("dd")
    again, action = decided("dd", state=state)
    assert again == state
    assert action == Wait(why="attempt 1 of episode 2026-01-10 was requested")


def test_a_lost_request_is_asked_for_again_under_the_same_key():
    state, first = decided("dd")
    _, second = decided("ddd", state=state)
    assert isinstance(first, Retrain)
    assert isinstance(second, Retrain)
    assert first.run_key == second.run_key


def test_since_stays_while_nothing_moves():
    state, _ = decided("cd")
    later, _ = decide(state, report("cd"), NOW + timedelta(hours=1), POLICY)
    assert later.since == NOW


def test_own_retrain_runs():
    state, action = decided("dddd", attempt("running"))
    assert (state.status, state.episode, state.attempt) == ("retraining", day(0), 1)
    assert action == Wait(why="retrain in flight: attempt 1 of episode 2026-01-10")


def test_own_promotion_that_the_registry_does_not_show_yet():
    state, action = decided("ddd", attempt("promoted"))
    assert (state.status, action.why) == ("cooling_down", "cooling down until 2026-01-18")


@pytest.mark.parametrize("outcome", ["failed", "rejected", "running"])
def test_a_new_production_version_closes_the_episode(outcome):
    retrains = [attempt(outcome), attempt(outcome, number=2)]
    state, action = decided(
        "dddd", *retrains, production_version="4", in_production_since=day(2), new_labels=0
    )
    assert (state.status, state.episode) == ("cooling_down", None)
    assert action == Wait(why="cooling down until 2026-01-19")


def test_a_rollback_forgets_the_retrains_before_it():
    failed = [attempt("failed"), attempt("failed", number=2)]
    state, _ = decided("dddd", *failed, in_production_since=day(3))
    assert state.status == "cooling_down"


# After a retrain that changed nothing.

WORDS = {
    "rejected": "rejected by its gates",
    "staged": "waits for approval",
    "unchanged": "produced the same version again",
    "canceled": "was canceled",
}


@pytest.mark.parametrize("outcome", WORDS)
def test_latched_with_one_alert(outcome):
    state, action = decided("ddd", attempt(outcome))
    assert state.status == "latched"
    assert isinstance(action, RaiseAlert)
    assert (action.kind, WORDS[outcome] in action.why) == ("latched", True)
    hope = "the next one waits for 1000 new labelled rows (500 now) or 2026-01-18"
    assert hope in action.why
    later, silent = decided("dddd", attempt(outcome), state=state)
    assert (later.status, type(silent)) == ("latched", Wait)


def test_latched_stays_so_when_drift_goes_and_the_nightly_runs():
    state, _ = decided("ddd", attempt("rejected"))
    state, action = decided("dddcc", attempt("rejected"), state=state, in_flight="nightly")
    assert (state.status, type(action)) == ("latched", Wait)


def test_new_labels_release_the_latch_and_fresh_days_are_needed():
    enough = {"new_labels": 1000}
    rejected = attempt("rejected")
    assert decided("dd", rejected, **enough)[0].status == "stable"
    assert decided("ddd", rejected, **enough)[0].status == "suspect"
    _, action = decided("dddd", rejected, **enough)
    assert isinstance(action, Retrain)
    assert action.run_key == f"m/3/{day(2)}/1"


def test_one_label_too_few_does_not_release_the_latch():
    assert decided("dddd", attempt("rejected"), new_labels=999)[0].status == "latched"


def test_the_cool_down_releases_the_latch():
    assert decided("d" * 8, attempt("rejected"))[0].status == "latched"
    assert isinstance(decided("d" * 9, attempt("rejected"))[1], Retrain)


REJECTED = (
    attempt("rejected", at=1),
    attempt("rejected", episode=8, at=9),
    attempt("rejected", episode=23, at=24),
)


@pytest.mark.parametrize(("retrains", "rest"), [(1, 7), (2, 14), (3, 28)])
def test_each_rejection_in_a_row_waits_twice_as_long(retrains, rest):
    tried = REJECTED[:retrains]
    last = (tried[-1].day - day(0)).days
    assert decided("d" * (last + rest), *tried)[0].status == "latched"
    days = "d" * (last + rest + 1)
    assert isinstance(decided(days, *tried)[1], Retrain)


def test_rejections_in_a_row_alert_once():
    state, action = decided("d" * 3, *REJECTED[:1])
    assert isinstance(action, RaiseAlert)
    state, _ = decided("d" * 9 + "ccc", *REJECTED[:1], state=state)
    for retrains, letters in ((2, "d" * 11), (3, "d" * 26)):
        state, action = decided(letters, *REJECTED[:retrains], state=state)
        assert (state.status, type(action)) == ("latched", Wait)
        assert f"rejected by its gates, {retrains} times now; the next one waits" in action.why


def test_another_outcome_alerts_again():
    waiting = attempt("staged", episode=8, at=9)
    state, _ = decided("ddd", REJECTED[0])
    _, action = decided("d" * 11, REJECTED[0], waiting, state=state)
    assert isinstance(action, RaiseAlert)
    assert "waits for approval" in action.why


def test_an_acknowledgement_begins_the_rest_anew():
    facts = {"acknowledged": REJECTED[1].episode}
    assert isinstance(decided("d" * 26, *REJECTED, **facts)[1], RaiseAlert)
    assert isinstance(decided("d" * 32, *REJECTED, **facts)[1], Retrain)


def test_the_rest_is_never_longer_than_a_year():
    many = [attempt("rejected", episode=3 * at, at=3 * at + 1) for at in range(40)]
    state, action = decided("d" * 120, *many)
    assert state.status == "latched"
    assert f"or {many[-1].day + timedelta(days=365)}" in action.why


def test_a_retrain_needs_rows_that_no_version_was_trained_on():
    state, action = decide(State(), report("dd"), NOW, POLICY, lambda: "7")
    assert isinstance(action, RaiseAlert)
    assert (state.status, action.kind) == ("suspect", "no_new_labels")
    assert action.why.endswith("but the training source has nothing new since version 7")
    state, action = decide(state, report("ddd"), NOW, POLICY, lambda: "7")
    assert type(action) is Wait, "said already"
    assert isinstance(decide(state, report("ddd"), NOW, POLICY, str)[1], Retrain)


def test_the_training_source_is_asked_only_before_a_retrain():
    def never() -> str:
        raise AssertionError

    for letters, facts in (("cc", {}), ("cd", {}), ("dd", {"new_labels": 0})):
        assert not isinstance(
            decide(State(), report(letters, **facts), NOW, POLICY, never)[1], Retrain
        )


def test_a_promotion_by_a_schedule_begins_no_cool_down_and_older_days_do_not_count():
    nightly = {"in_production_since": day(0), "by_schedule": True}
    assert decided("d", **nightly)[1] == Wait(why="no verdict yet on a day after 2026-01-10")
    assert decided("dd", **nightly)[1] == Wait(why="suspect 1 of 2")
    assert isinstance(decided("ddd", **nightly)[1], Retrain)
    assert decided("ddd", in_production_since=day(0))[0].status == "cooling_down"


def test_dropped_performance_fires_once_and_again_after_the_cool_down():
    dropped = {"performance": "dropped"}
    assert decided("ccc", attempt("rejected"), **dropped)[0].status == "latched"
    _, action = decided("c" * 9, attempt("rejected"), **dropped)
    assert isinstance(action, Retrain)
    assert action.run_key == f"m/3/{day(8)}/1"


# After a retrain that failed.


def test_a_failed_retrain_is_tried_again():
    _, action = decided("dd", attempt("failed"))
    assert isinstance(action, Retrain)
    assert action.run_key == f"m/3/{day(0)}/2"


def test_the_second_attempt_is_of_the_same_episode_on_a_later_day():
    _, action = decided("ddccccccdd", attempt("failed"))
    assert isinstance(action, Retrain)
    assert action.run_key == f"m/3/{day(0)}/2"


def test_no_second_attempt_when_drift_is_gone():
    assert decided("ddcccc", attempt("failed"))[0].status == "stable"


def test_no_second_attempt_while_another_retrain_runs():
    state, action = decided("dd", attempt("failed"), in_flight="by a person")
    assert (state.status, type(action)) == ("retraining", Wait)


FAILED = (attempt("failed"), attempt("failed", number=2))


def test_escalated_with_one_alert():
    state, action = decided("dd", *FAILED)
    assert state.status == "escalated"
    assert isinstance(action, RaiseAlert)
    assert action.kind == "escalated"
    for letters in ("dd", "ddddd", "ddcccc", "d" * 40):
        state, silent = decided(letters, *FAILED, state=state, new_labels=9000)
        assert (state.status, type(silent)) == ("escalated", Wait)


def test_the_order_of_the_retrains_does_not_matter():
    assert decided("dd", *reversed(FAILED)) == decided("dd", *FAILED)


def test_a_nightly_that_fails_too_does_not_alert_again():
    state, _ = decided("dd", *FAILED)
    state, _ = decided("dd", *FAILED, state=state, in_flight="nightly")
    _, action = decided("dd", *FAILED, state=state)
    assert isinstance(action, Wait)
    assert not isinstance(action, RaiseAlert)


def test_an_acknowledgement_ends_the_escalation():
    seen = {"acknowledged": day(0)}
    assert decided("dd", *FAILED, **seen)[0].status == "stable"
    _, action = decided("dddd", *FAILED, **seen)
    assert isinstance(action, Retrain)
    assert action.run_key == f"m/3/{day(2)}/1"


def test_an_acknowledgement_of_an_older_episode_does_not():
    assert decided("dd", *FAILED, acknowledged=PROMOTED)[0].status == "escalated"


def test_more_attempts_in_the_policy_end_it_as_well():
    _, action = decided("dd", *FAILED, policy=Policy(attempts=3))
    assert isinstance(action, Retrain)


# Drift without new labels.


def test_without_new_labels_one_alert_and_no_retrain():
    state, action = decided("dd", new_labels=0)
    assert state.status == "suspect"
    assert isinstance(action, RaiseAlert)
    assert action.kind == "no_new_labels"
    assert "but no new labelled rows since version 3 was trained" in action.why
    for letters in ("dd", "ddd", "dddi", "ddddc", "dddddd"):
        state, silent = decided(letters, state=state, new_labels=99)
        assert (state.status, type(silent)) == ("suspect", Wait)


def test_without_new_labels_it_alerts_again_after_a_quiet_time():
    state, _ = decided("dd", new_labels=0)
    state, _ = decided("ddccc", state=state, new_labels=0)
    _, action = decided("ddcccdd", state=state, new_labels=0)
    assert isinstance(action, RaiseAlert)


def test_labels_that_come_later_let_it_fire():
    state, _ = decided("dd", new_labels=0)
    assert isinstance(decided("dd", state=state, new_labels=100)[1], Retrain)


# What is stored.


def test_the_state_survives_the_cursor():
    state, _ = decided("dd")
    assert State.restore(state.model_dump_json()) == state


@pytest.mark.parametrize("cursor", [None, "", "not JSON", '{"status": "unheard of"}', "[1]"])
def test_a_lost_cursor_is_the_initial_state(cursor):
    assert State.restore(cursor) == State()


def test_a_retrain_survives_the_tags_of_its_run():
    _, action = decided("dd")
    assert isinstance(action, Retrain)
    tags = {**action.attempt.tags, "model": "m", "dagster/run_key": action.run_key}
    assert Attempt.from_tags(tags, "failed") == attempt("failed")


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"least_new_labels": 0}, {"cool": 7}])
def test_the_policy_knows_its_bounds(wrong):
    with pytest.raises(ValidationError):
        Policy.model_validate(wrong)


def test_a_window_too_short_is_explained():
    with pytest.raises(ValidationError, match="`suspect_days` is 5, `window_days` 3"):
        Policy(suspect_days=5)


def test_rows_that_were_judged_on_several_days_count_once():
    spans = {day(at): 3 for at in range(2, 12)}
    state, action = decided("iiddd", spans=spans)
    assert action == Wait(why="suspect 1 of 2")
    state, action = decided("iidddd", spans=spans)
    assert isinstance(action, Retrain), "the days 0 to 2 and 3 to 5 are two windows"
    assert state.episode == day(2)


def test_the_episode_of_pooled_days_keeps_its_name_from_day_to_day():
    spans = {day(at): 3 for at in range(2, 12)}
    episodes = {decided("ii" + "d" * more, spans=spans)[0].episode for more in (4, 5, 6, 7)}
    assert episodes == {day(2)}


def test_a_loop_that_cannot_judge_for_long_says_so_once():
    policy = Policy(blind_after=5)
    facts = {"policy": policy, "note": "24 rows of 7 days, 99 needed"}
    assert isinstance(decided("iiii", **facts)[1], Wait)
    state, action = decided("iiiii", **facts)
    assert isinstance(action, RaiseAlert)
    assert (state.status, action.kind) == ("blind", "blind")
    assert action.why == (
        "this loop is blind, because no day after 2026-01-09 could be judged; newest: "
        "inconclusive: 24 rows of 7 days, 99 needed"
    )
    for letters in ("iiiiii", "iiiiiiio"):
        state, action = decided(letters, state=state, **facts)
        assert type(action) is Wait, "said already"
    state, _ = decided("iiiiiiioc", state=state, **facts)
    assert state.status == "stable"
    assert isinstance(decided("iiiiiiiociiiii", state=state, **facts)[1], RaiseAlert)


def test_a_loop_that_sees_the_performance_is_not_blind():
    facts = {"policy": Policy(blind_after=5), "performance": "ok", "performance_day": day(3)}
    assert decided("iiiiiiii", **facts)[0].status == "stable"
    assert decided("iiiiiiiii", **facts)[0].status == "blind"


def test_drift_alone_alerts_once_where_only_performance_starts_a_retrain():
    policy = Policy(on=("performance",))
    state, action = decided("dd", policy=policy)
    assert isinstance(action, RaiseAlert)
    assert action.why == "drift on 2026-01-11, which alone starts no retrain (`retrain.on`)"
    assert type(decided("ddd", state=state, policy=policy)[1]) is Wait
    facts = {"performance": "dropped", "performance_day": day(2)}
    _, action = decided("ddd", state=state, policy=policy, **facts)
    assert isinstance(action, Retrain)
    assert action.why.startswith("performance dropped: ")


@pytest.mark.parametrize(("known", "late"), [(None, True), (-1, True), (0, False), (2, False)])
def test_by_default_drift_starts_a_retrain_as_long_as_no_label_tells_how_good_its_days_were(
    known, late
):
    facts = {"performance": "ok", "performance_day": None if known is None else day(known)}
    _, action = decided("cdd", **facts)
    assert isinstance(action, Retrain if late else RaiseAlert)
    if not late:
        assert action.why.endswith(
            f"(`retrain.on`): labels show that performance is ok on {day(known)}"
        )
    assert isinstance(decided("cdd", policy=Policy(on=("drift",)), **facts)[1], Retrain)


def test_a_drop_in_performance_alone_alerts_where_only_drift_starts_a_retrain():
    policy, facts = Policy(on=("drift",)), {"performance": "dropped", "performance_day": day(2)}
    assert decided("ccc", policy=policy, **facts)[1].kind == "only_shown"
    assert isinstance(decided("cdd", policy=policy, **facts)[1], Retrain)


def test_an_estimated_drop_retrains_where_the_policy_says_so():
    policy = Policy(on=("performance", "estimated_performance"))
    _, action = decided("cc", policy=policy, estimated_drop=DROP)
    assert isinstance(action, Retrain)
    assert action.why.startswith(f"expected without labels: {DROP}: attempt 1")
    assert isinstance(decided("co", policy=policy, estimated_drop=DROP)[1], RaiseAlert)


def test_yaml_reads_the_key_on_as_true_and_the_policy_knows_it():
    given = yaml.safe_load("{on: [performance], cooldown: 3}")
    assert True in given
    assert Policy.model_validate(given).on == ("performance",)


@pytest.mark.parametrize(
    ("outcome", "more", "fires"),
    [
        ("staged", {}, False),
        ("staged", {"trial_days": 0}, True),
        ("staged", {"acknowledged": day(0)}, True),
        ("rejected", {}, True),
    ],
)
def test_an_experiment_with_the_retrained_version_is_not_ended_by_another(outcome, more, fires):
    """Neither by the end of the cool-down nor by new labels, but at its planned end."""
    facts = {"trial_days": 14, "new_labels": 10_000, "performance": "dropped", **more}
    _, action = decided("dd" * 6, attempt(outcome), **facts)
    assert isinstance(action, Retrain) == fires
    if not fires:
        assert (
            action.why == f"the retrained version is staged, and in an experiment until {day(15)}"
        )
    _, action = decided("dd" * 8, attempt(outcome), **facts)
    assert isinstance(action, Retrain)
