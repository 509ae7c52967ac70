"""What records of days say about a version."""

from datetime import date

from mlops_assets.evaluation.expected_day import Excess
from mlops_assets.monitoring.day_facts import DayFacts
from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.live_day import LiveFacts
from mlops_assets.monitoring.performance.record import PerformanceFacts, Status
from mlops_assets.retraining.judged_days import (
    day_verdicts,
    excesses,
    new_labels,
    newest_note,
    newest_performance,
)

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 1, number) for number in (5, 6, 7))
CLEAN = DriftFacts(version="1", verdict="clean", summary="clean")
SMALL = DriftFacts(
    version="1", verdict="inconclusive", summary="", inconclusive_because="40 rows, 120 needed"
)
OUTAGE = LiveFacts(dataset_version="", rows=0, outage="day_has_rows: 0 rows")


def performed(day: date, status: Status, version: str = "1") -> DayFacts:
    facts = PerformanceFacts(version=version, status=status, summary="", learnable_rows=10)
    return DayFacts(day=day, performance=facts)


def test_an_outage_overrides_an_earlier_verdict_and_other_versions_do_not_count():
    days = [
        DayFacts(day=MONDAY, drift=CLEAN, live=OUTAGE),
        DayFacts(day=TUESDAY, drift=CLEAN),
        DayFacts(day=WEDNESDAY, drift=CLEAN.model_copy(update={"version": "2"})),
    ]
    assert day_verdicts(days, "1") == {MONDAY: "outage", TUESDAY: "clean"}


def test_the_note_is_about_the_newest_day_with_a_verdict():
    out, small = DayFacts(day=MONDAY, live=OUTAGE), DayFacts(day=TUESDAY, drift=SMALL)
    assert newest_note([out], "1") == "day_has_rows: 0 rows"
    assert newest_note([out, small], "1") == "40 rows, 120 needed"
    assert newest_note([out, small, DayFacts(day=WEDNESDAY, drift=CLEAN)], "1") == ""
    assert newest_note([], "1") == ""


def test_the_newest_known_performance_of_the_version_counts():
    days = [performed(MONDAY, "ok"), performed(TUESDAY, "dropped"), performed(WEDNESDAY, "unknown")]
    assert newest_performance(days, "1", date.min) == ("dropped", TUESDAY)
    assert newest_performance(days, "1", TUESDAY) == ("unknown", None)
    assert newest_performance(days, "2", date.min) == ("unknown", None)


def test_labels_count_after_the_training():
    days = [performed(MONDAY, "ok"), performed(TUESDAY, "unknown"), performed(WEDNESDAY, "ok")]
    assert new_labels(days, MONDAY) == 20


def test_the_excess_of_days_that_the_version_served_counts():
    def day(number: int, version: str, excess: Excess | None) -> DayFacts:
        facts = performed(date(2026, 1, number), "ok", version).performance
        assert facts
        known = facts.model_copy(update={"excess": excess})
        return DayFacts(day=date(2026, 1, number), performance=known)

    worse = Excess(value=1.5, error=0.1)
    days = [day(5, "1", worse), day(6, "1", worse), day(7, "1", None), day(8, "2", worse)]
    assert excesses(days, "1", MONDAY) == {TUESDAY: worse}
