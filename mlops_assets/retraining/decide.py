"""Decide whether drift or a performance drop starts a retrain now.

stable → suspect → retraining → cooling_down → stable; or latched, after a retrain that changed
nothing; or escalated, after too many failed retrains; or blind, if no day could be judged for long.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from mlops_assets.retraining.evidence import Evidence
from mlops_assets.retraining.loop_state import CHANGED_NOTHING, Attempt, LoopState
from mlops_assets.retraining.state import Action, RaiseAlert, Retrain, State, Step, Wait, follow
from mlops_assets.spec.retrain import Policy

__all__ = [
    "Action",
    "Attempt",
    "Policy",
    "RaiseAlert",
    "Retrain",
    "State",
    "Wait",
    "decide",
]

LATCHED = {
    "rejected": "the retrain was rejected by its gates",
    "staged": "the retrain passed its gates and waits for approval",
    "unchanged": "the retrain produced the same version again",
    "canceled": "the retrain was canceled by a user",
}


def decide(
    state: State,
    loop_state: LoopState,
    now: datetime,
    policy: Policy,
    already_learned: Callable[[], str] = str,
) -> tuple[State, Action]:
    """Apply the first rule that matches the loop state.

    The state only prevents duplicate requests and alerts; `now` only timestamps the state.
    `already_learned` gives the version that was trained on the rows that the training source has
    now, "" if there is none; it is asked only before a retrain, which could not help then.
    """
    evidence = Evidence(loop_state, policy)
    step = next(step for rule in RULES if (step := rule(evidence)))
    if step.retrain and (version := already_learned()):
        step = nothing_to_learn(evidence, version)
    return follow(state, step, loop_state, now)


def nothing_serves(evidence: Evidence) -> Step | None:
    """No version is in production, so there is nothing to replace."""
    if evidence.loop_state.production_version:
        return None
    return Step("stable", "no version is in production")


def own_retrain_in_flight(evidence: Evidence) -> Step | None:
    """The retrain of this episode is still running."""
    last = evidence.loop_state.last
    if last is None or last.outcome != "running":
        return None
    return Step("retraining", f"retrain in flight: {last}", last)


def failed_too_often(evidence: Evidence) -> Step | None:
    """Escalate: someone must promote a version or acknowledge the episode."""
    last = evidence.open_attempt
    if last is None or last.outcome != "failed" or last.number < evidence.policy.attempts:
        return None
    why = f"{last} failed and was the last allowed: promote a version, or acknowledge the episode"
    return Step("escalated", why, last, alert="escalated")


def in_an_experiment(evidence: Evidence) -> Step | None:
    """The retrained version is compared on live requests: another one would end that."""
    if evidence.trial is None:
        return None
    last, until = evidence.trial
    why = f"the retrained version is staged, and in an experiment until {until}"
    return Step("latched", why, last, alert="latched")


def changed_nothing(evidence: Evidence) -> Step | None:
    """A retrain produced no new production version: wait for labels or the end of the rest.

    The first of each kind alerts; those that follow while the same version serves do not.
    """
    last = evidence.open_attempt
    if last is None or last.outcome not in CHANGED_NOTHING:
        return None
    alike = [it for it in evidence.fruitless if it.outcome == last.outcome]
    times = f", {len(alike)} times now" if len(alike) > 1 else ""
    labels, seen = evidence.labels_needed(last), evidence.loop_state.new_labels
    until = evidence.rests_until(last)
    condition = f"the next one waits for {labels} new labelled rows ({seen} now) or {until}"
    why = f"{LATCHED[last.outcome]}{times}; {condition}"
    return Step("latched", why, last, alert="latched" if alike[:1] == [last] else None)


def any_retrain_in_flight(evidence: Evidence) -> Step | None:
    """A scheduled or manually started retrain is running."""
    if not evidence.loop_state.in_flight:
        return None
    return Step("retraining", f"retrain in flight: {evidence.loop_state.in_flight}")


def just_promoted(evidence: Evidence) -> Step | None:
    """A version was just promoted by the loop or a person: wait for the cool-down.

    After a scheduled retrain, drift is evidence of its own: only days after it count.
    """
    last, loop_state = evidence.open_attempt, evidence.loop_state
    lags = bool(last and last.outcome == "promoted")  # the registry does not show it yet
    if loop_state.by_schedule and not lags:
        return None
    begun = last.day if last and lags else loop_state.in_production_since
    until = begun + timedelta(days=evidence.policy.cooldown)
    if loop_state.newest >= until:
        return None
    return Step("cooling_down", f"cooling down until {until}")


def estimated_drop(evidence: Evidence) -> Step | None:
    """Performance is expected to have dropped, but no label says so yet: only alert."""
    seen = evidence.loop_state.estimated_drop
    if not seen or evidence.confirmed:
        return None
    attempt = evidence.next_attempt if evidence.suspects else None
    why = f"expected without labels: {seen}; that alone starts no retrain (`retrain.on`)"
    return Step("suspect", why, attempt, alert="estimated_drop")


def cannot_judge(evidence: Evidence) -> Step | None:
    """For `blind_after` days neither drift nor performance could be judged: alert."""
    loop_state = evidence.loop_state
    blind = (loop_state.newest - loop_state.last_judged).days
    if blind < evidence.policy.blind_after:
        return None
    why = f"this loop is blind, because no day after {loop_state.last_judged} could be judged"
    return Step("blind", f"{why}; newest: {evidence.about_newest}", alert="blind")


def nothing_suspicious(evidence: Evidence) -> Step | None:
    """No day of the window drifted, and performance has not dropped."""
    if evidence.suspects or evidence.performance_dropped or evidence.confirmed:
        return None
    return Step("stable", evidence.about_newest)


def only_shown(evidence: Evidence) -> Step | None:
    """Days drifted or performance dropped, which by the policy starts no retrain: alert."""
    on = evidence.on
    drift = evidence.drifted and "drift" not in on
    performance = evidence.performance_dropped and "performance" not in on
    if evidence.confirmed or not (drift or performance):
        return None
    seen = "drift" if drift else "a drop in performance"
    why = f"{seen} on {evidence.loop_state.newest}, which alone starts no retrain (`retrain.on`)"
    if evidence.policy.on is None:
        known = evidence.loop_state
        why = (
            f"{why}: labels show that performance is {known.performance} on {known.performance_day}"
        )
    return Step("suspect", why, evidence.next_attempt, alert="only_shown")


def not_confirmed(evidence: Evidence) -> Step | None:
    """Too few days drifted, or the newest day did not."""
    if evidence.confirmed:
        return None
    needed = evidence.policy.suspect_days
    why = f"suspect {min(len(evidence.suspects), needed)} of {needed}"
    why = why if evidence.newest == "drift" else f"{why}; {evidence.about_newest}"
    return Step("suspect", why, evidence.next_attempt)


def no_new_labels(evidence: Evidence) -> Step | None:
    """Refitting the same rows cannot help: raise an alert instead."""
    loop_state, least = evidence.loop_state, evidence.policy.least_new_labels
    if loop_state.new_labels >= least:
        return None
    seen = f"{loop_state.new_labels or 'no'} new labelled rows since version"
    why = f"{evidence.cause}, but {seen} {loop_state.production_version} was trained"
    why = f"{why}: retraining cannot help before there are {least}"
    return Step("suspect", why, evidence.next_attempt, alert="no_new_labels")


def nothing_to_learn(evidence: Evidence, version: str) -> Step:
    """The training source has no rows but those of a version: raise an alert instead."""
    why = f"{evidence.cause}, but the training source has nothing new since version {version}"
    return Step("suspect", why, evidence.next_attempt, alert="no_new_labels")


def retrain(evidence: Evidence) -> Step:
    """Nothing prevents a retrain: the first of an episode, or the next after a failed one."""
    attempt = evidence.next_attempt
    return Step("retraining", f"{evidence.cause}: {attempt}", attempt, retrain=True)


RULES: tuple[Callable[[Evidence], Step | None], ...] = (
    nothing_serves,
    own_retrain_in_flight,
    failed_too_often,
    in_an_experiment,
    changed_nothing,
    any_retrain_in_flight,
    just_promoted,
    estimated_drop,
    cannot_judge,
    nothing_suspicious,
    only_shown,
    not_confirmed,
    no_new_labels,
    retrain,
)
"""In order of precedence: the first rule that matches decides."""
