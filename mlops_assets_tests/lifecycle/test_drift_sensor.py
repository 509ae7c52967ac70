"""The real sensor on a real event log and registry: when it fires, and what it says when not."""

import os

import dagster as dg
import pytest

from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.live_day import LiveFacts
from mlops_assets.monitoring.performance.record import Performance, PerformanceFacts
from mlops_assets.platform.mlflow.version_tags import stored_key
from mlops_assets.retraining.reading import read_loop_state
from mlops_assets.spec.monitoring import AS_OF_TAG
from mlops_assets_tests.alerts.alert_servers import hang, webhook
from mlops_assets_tests.loop_world import TRAINED, LoopWorld, day
from mlops_assets_tests.server import wait_until
from mlops_assets_tests.world import small_retrain, small_table


@pytest.fixture
def loop(world) -> LoopWorld:
    """The small model, whose first version was trained on what was known on 2026-01-04."""
    world.spec["retrain"] = {"cooldown": 1, "least_new_labels": 100}
    world.begin(str(TRAINED))
    return LoopWorld(world)


def new_rows(loop: LoopWorld) -> None:
    small_table(440).to_csv(loop.world.csv, index=False)


def test_it_says_why_it_waits(loop):
    assert loop.tick() == "cooling down until 2026-01-05"
    loop.report("c")
    assert loop.tick() == "clean on 2026-01-05"
    loop.report("i", first=2)
    assert loop.tick() == "inconclusive: 40 rows, 120 needed"
    loop.report("d", first=3)
    assert loop.tick() == "suspect 1 of 2"
    loop.report("o", first=4)
    assert loop.tick() == "suspect 1 of 2; outage: day_has_rows: 0 rows"
    assert loop.requests == []


def test_a_new_decision_is_in_the_log_of_its_tick_and_at_the_end_of_the_cursor(loop):
    loop.report("cd")
    assert loop.tick() == "suspect 1 of 2"
    assert loop.logged == ["suspect 1 of 2"]
    assert str(loop.cursor).endswith('"said":"suspect 1 of 2"}')
    assert loop.tick() == "suspect 1 of 2"
    assert loop.logged == []
    loop.report("d", first=3)
    assert loop.tick() == "retrain"
    assert loop.logged == ["drift on 2026-01-06, 2026-01-07: attempt 1 of episode 2026-01-06"]


def test_an_estimated_drop_is_an_alert_until_the_labels_come(loop):
    loop.report("c")
    expected = Performance(status="dropped", summary="roc_auc 0.6 is past its bound")
    unlabelled = {"version": loop.version, "status": "unknown", "summary": "no labels yet"}
    for number in (2, 3):
        loop.drift(day(number), "clean", loop.version)
        facts = PerformanceFacts(**unlabelled, learnable_rows=0, estimate=expected)
        loop.materialize("performance_report", day(number), facts)
        said = loop.tick()
        assert said.startswith(f"expected without labels: {expected.summary}, on {day(number)}")
        assert [("estimated drop on" in line) for line in loop.logged].count(True) == (number == 2)
    loop.performance(day(3), "ok")
    assert loop.tick() == f"clean on {day(3)}"
    assert loop.requests == []


def test_drift_leads_to_one_retrain_and_the_new_version_is_left_alone(loop):
    loop.report("cdd")
    assert loop.tick() == "retrain"
    assert loop.tick() == "attempt 1 of episode 2026-01-06 was requested"
    new_rows(loop)
    assert loop.answer()
    assert loop.version == "2"
    serving = loop.registry.serving()
    assert serving.tags["in_production_since"] == serving.tags["trained_through"] == str(day(3))
    assert loop.tick() == "cooling down until 2026-01-08"
    loop.report("cc", first=4)
    assert loop.tick() == "clean on 2026-01-09"
    assert loop.retrains() == 1


def test_what_the_training_source_has_is_not_learned_twice(loop):
    assert loop.world.retrain_tagged("raw_data").success
    before = loop.world.csv.stat()
    loop.report("cdd")
    os.utime(loop.world.csv, ns=(before.st_atime_ns, before.st_mtime_ns))  # it has no row more
    said = loop.tick()
    assert said.endswith("but the training source has nothing new since version 1")
    assert "no new labels" in " ".join(loop.logged)
    assert loop.requests == []
    new_rows(loop)
    loop.report("d", first=4)
    assert loop.tick() == "retrain"


def test_the_promotion_of_a_nightly_retrain_is_no_cool_down(loop):
    loop.world.spec["retrain"] = {"cooldown": 30}
    new_rows(loop)
    nightly = {"dagster/schedule_name": "small_nightly_retrain", AS_OF_TAG: str(day(1))}
    assert loop.world.retrain_tagged(**nightly).success
    assert loop.version == "2"
    loop.report("cdd", first=2)
    assert loop.tick() == "retrain"


def test_the_request_names_model_version_episode_and_attempt(loop):
    loop.report("cdd")
    loop.tick()
    (request,) = loop.requests
    assert request.run_key == "small/1/2026-01-06/1"
    assert request.tags["mlops_assets/as_of"] == str(day(3))


def test_a_lost_cursor_changes_nothing(loop):
    loop.report("cdd")
    loop.tick()
    loop.cursor = None
    loop.tick()
    assert loop.retrains() == 1


def test_a_cursor_lost_after_the_retrain_changes_nothing(loop):
    loop.drift_and_answer()
    loop.cursor = None
    loop.tick()
    loop.report("cc", first=4)
    loop.cursor = "not even JSON"
    assert loop.tick() == "clean on 2026-01-09"
    assert loop.retrains() == 1


def test_a_retrain_that_its_gates_reject_is_latched(loop):
    loop.world.spec["retrain"] = {"cooldown": 3, "least_new_labels": 1000}
    loop.world.spec["gates"] = {"roc_auc": {"min": 0.6}, "beats_production": {"tolerance": 0.0}}
    table = small_table(440)
    table.loc[::2, "y"] = 1 - table.loc[::2, "y"]  # what there is to learn is gone
    table.to_csv(loop.world.csv, index=False)
    loop.report("cdd", labels=500)
    loop.tick()
    assert loop.answer()
    assert loop.version == "1"
    says = [loop.tick() for _ in range(3)]
    assert all(said.startswith("the retrain was rejected by its gates") for said in says)
    assert loop.registry.serving().tags["in_production_since"] == str(TRAINED)
    loop.report("d", first=4)
    assert loop.tick().startswith("the retrain was rejected by its gates")
    assert loop.retrains() == 1


def test_a_failed_retrain_is_tried_again_and_then_a_person_is_due(loop):
    loop.report("cdd")
    loop.world.csv.write_text("nothing\n")
    loop.tick()
    assert not loop.answer()
    assert loop.tick() == "retrain"
    assert not loop.answer()
    assert loop.retrains() == 2
    for _ in range(2):
        assert "failed and was the last allowed: promote a version, or acknowledge" in loop.tick()
    assert loop.retrains() == 2


def test_a_person_acknowledges_and_later_drift_counts_again(loop):
    loop.report("cdd")
    loop.world.csv.write_text("nothing\n")
    for _ in range(2):
        loop.tick()
        loop.answer()
    assert "failed and was the last" in loop.tick()
    loop.registry.acknowledge(day(2))
    loop.report("dd", first=4)
    assert loop.tick() == "retrain"
    assert loop.requests[-1].run_key == "small/1/2026-01-08/1"


def test_a_retrain_that_somebody_started_is_waited_for(loop):
    loop.report("cdd")
    running = {"status": dg.DagsterRunStatus.STARTED, "tags": {"model": "small"}}
    loop.world.instance.create_run_for_job(small_retrain(), **running)
    assert loop.tick().startswith("retrain in flight: run ")
    assert loop.requests == []


def test_drift_without_new_labels_tells_a_person_and_retrains_nothing(loop):
    loop.report("cdd", labels=0)
    said = loop.tick()
    assert "no new labelled rows since version 1 was trained" in said
    assert loop.requests == []


def test_a_person_is_told_once_and_again_only_after_a_change(loop, monkeypatch):
    with webhook() as server:
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setenv("ALERT_WEBHOOK_URL", f"{server.url}/secret")
        loop.report("cdd", labels=0)
        for _ in range(3):
            loop.tick()
        loop.report("cccc", first=4, labels=0)
        loop.tick()
        loop.report("dd", first=8, labels=0)
        loop.tick()
        wait_until(lambda: len(server.received) == 2, 20)
        loop.tick()
    assert [body["text"].splitlines()[0] for _, _, body in server.received] == [
        "small: no new labels on 2026-01-07",
        "small: no new labels on 2026-01-13",
    ]


def test_a_webhook_that_hangs_delays_no_tick(loop, monkeypatch):
    with webhook(hang) as server:
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setenv("ALERT_WEBHOOK_URL", server.url)
        loop.report("cdd", labels=0)
        loop.tick()
        assert server.arrived.wait(20)
        # The webhook still has the request in its hands, and the sensor goes on.
        assert "no new labelled rows" in loop.tick()
        loop.performance(day(3), "unknown", labels=500)
        assert loop.tick() == "retrain"


def test_a_drop_in_performance_leads_to_the_same_decision(loop):
    loop.report("ccc")
    loop.performance(day(3), "dropped")
    assert loop.tick() == "retrain"
    assert loop.requests[-1].run_key == "small/1/2026-01-07/1"


def test_drift_whose_labels_say_that_performance_holds_alerts_and_starts_no_retrain(loop):
    loop.report("cdd")
    loop.performance(day(3), "ok")
    said = loop.tick()
    assert said.startswith(f"drift on {day(3)}, which alone starts no retrain (`retrain.on`)")
    assert said.endswith(f"labels show that performance is ok on {day(3)}")
    loop.report("ddd", first=4)
    assert loop.tick() == "retrain", "no label has come for three days"


def test_one_drop_leads_to_one_retrain_however_long_no_newer_label_comes(loop):
    loop.world.spec["retrain"] = {"cooldown": 2, "least_new_labels": 100}
    loop.world.spec["gates"] = {"accuracy": {"min": 1.1}}  # which nothing passes
    loop.world.save()
    loop.report("ccc")
    loop.performance(day(3), "dropped")
    assert loop.tick() == "retrain"
    new_rows(loop)
    assert loop.answer()
    for number in range(4, 12):
        loop.report("c", first=number)
        loop.performance(day(number), "unknown", labels=0)
        loop.tick()
    assert loop.retrains() == 1
    loop.performance(day(4), "dropped")  # a later day, whose labels came late
    assert loop.tick() == "retrain"


def test_labels_that_come_after_a_month_still_count(loop):
    loop.report("c" * 40, labels=0)
    loop.performance(day(2), "dropped", labels=150)
    for number in range(3, 41):
        loop.performance(day(number), "unknown", labels=0)
    assert loop.tick() == "retrain"


def test_a_day_that_a_person_reported_by_hand_says_nothing(loop):
    loop.report("cdd")
    for asset in ("live_data", "drift_report", "performance_report"):
        loop.materialize(asset, day(4))
    assert loop.tick() == "retrain"


def test_what_people_see_of_a_day_may_be_reworded(loop):
    loop.report("cdd")
    before = read_loop_state(loop.world.instance, loop.registry, loop.spec)
    for number, verdict in enumerate(["clean", "drift", "drift"], 1):
        live = LiveFacts(dataset_version=str(day(number)), rows=500, outage=None)
        loop.materialize("live_data", day(number), live, outage="a check failed", rows="many")
        facts = {"version": "1", "verdict": verdict, "summary": verdict}
        drift = DriftFacts.model_validate(facts)
        loop.materialize("drift_report", day(number), drift, verdict="all is well", scored_by="?")
        facts = {"version": "1", "status": "unknown", "summary": "?", "learnable_rows": 200}
        performance = PerformanceFacts.model_validate(facts)
        loop.materialize("performance_report", day(number), performance, performance="dropped")
    assert read_loop_state(loop.world.instance, loop.registry, loop.spec) == before
    assert loop.tick() == "retrain"


def test_days_of_release_0_1_lead_to_the_same_decision(loop):
    for number, verdict in enumerate(["clean", "drift", "drift"], 1):
        loop.materialize("live_data", day(number), outage="none", rows=500)
        panel = {"version": "1", "verdict": verdict, "summary": verdict}
        loop.materialize("drift_report", day(number), **panel)
        panel = {"version": "1", "performance": "unknown", "learnable_rows": 200, "summary": "?"}
        loop.materialize("performance_report", day(number), **panel)
    panels = read_loop_state(loop.world.instance, loop.registry, loop.spec)
    loop.report("cdd")
    assert read_loop_state(loop.world.instance, loop.registry, loop.spec) == panels
    assert loop.tick() == "retrain"


def test_sixty_old_days_of_drift_lead_to_nothing(loop):
    loop.report("d" * 60, first=-60)
    assert loop.tick().startswith("cooling down")
    loop.report("c")
    assert loop.tick() == "clean on 2026-01-05"
    loop.report("d" * 60, first=-60)
    assert loop.tick() == "clean on 2026-01-05"
    assert loop.requests == []


def test_days_out_of_order_and_twice_lead_to_the_same_decision(loop):
    loop.report("d", first=3)
    assert loop.tick() == "suspect 1 of 2"
    loop.report("cd")
    loop.report("cd")
    assert loop.tick() == "retrain"
    assert loop.requests[-1].run_key == "small/1/2026-01-06/1"


def test_verdicts_against_another_version_do_not_count(loop):
    loop.report("dd", version="7")
    assert loop.tick() == "cooling down until 2026-01-05"
    assert loop.requests == []


@pytest.fixture
def second(loop) -> LoopWorld:
    """The loop after a retrain: version 2 serves since 2026-01-07."""
    loop.drift_and_answer()
    loop.world.spec["rollback"] = {"on_performance_drop": True, "within_days": 3}
    loop.world.save()
    return loop


def test_a_new_version_that_does_badly_goes_back_within_its_probation(second, monkeypatch):
    second.report("c", first=4)
    second.performance(day(4), "dropped")
    why = "performance of version 2 dropped on 2026-01-08"
    with webhook() as server:
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setenv("ALERT_WEBHOOK_URL", server.url)
        assert second.tick().startswith(f"rolled back: {why}")
        wait_until(lambda: server.received, 20)
    ((_, _, body),) = server.received
    assert body["text"].startswith("small: rolled back on 2026-01-08\n")
    assert why in body["text"]
    monkeypatch.delenv("ALERT_WEBHOOK_URL")
    assert second.version == "1"
    serving, bad = second.registry.serving(), second.registry.version("2")
    assert serving.tags["in_production_since"] == str(day(4))
    assert bad.tags["stage"] == "rejected"
    key = dg.AssetKey(["small", "production_version"])
    (seen,) = second.world.instance.fetch_observations(key, limit=2).records
    assert seen.asset_observation.metadata["who"].value == "sensor small_drift_sensor"
    assert second.tick() == "cooling down until 2026-01-09"
    # What was judged of the bad version does not count, and the loop cannot promote it again.
    assert second.world.retrain_as_of(str(day(4))).success
    assert second.version == "1"
    assert second.retrains() == 1


def test_after_its_probation_a_drop_leads_to_a_retrain(second):
    second.report("cccc", first=4)
    second.performance(day(7), "dropped")
    assert second.tick() == "retrain"
    assert second.version == "2"


def test_where_the_version_before_was_forced_a_retrain_is_left(second):
    second.world.client.delete_model_version_tag("small", "1", stored_key("verdict"))
    second.report("c", first=4)
    second.performance(day(4), "dropped")
    assert second.tick() == "retrain"
    assert second.version == "2"


def test_going_back_is_off_by_default(loop):
    loop.drift_and_answer()
    loop.report("c", first=4)
    loop.performance(day(4), "dropped")
    loop.tick()
    assert loop.version == "2"


def test_the_first_version_has_nothing_to_go_back_to(loop):
    loop.world.spec["rollback"] = {"on_performance_drop": True}
    loop.world.save()
    loop.report("c")
    loop.performance(day(1), "dropped")
    assert loop.tick() == "retrain"
