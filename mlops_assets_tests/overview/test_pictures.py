"""The pictures: what is where, and what they say in words."""

from datetime import date, timedelta
from itertools import pairwise

from mlops_assets.monitoring.day_facts import DayFacts, merge_days
from mlops_assets.overview.scale import LONGEST, LONGEST_GAP, Scale
from mlops_assets.overview.sparkline import STEP, drift_bars, performance_line
from mlops_assets_tests.overview.made import LAST, day_records


def facts(letters: str, **more) -> list[DayFacts]:
    """Days as in a home."""
    found: dict[str, dict] = {"live_data": {}, "drift_report": {}, "performance_report": {}}
    for asset, day, record in day_records("risk", letters, **more):
        found[asset][date.fromisoformat(day)] = record
    return merge_days(*found.values())


def test_each_verdict_has_a_bar_of_its_own_and_the_newest_day_is_on_the_right():
    bars = drift_bars(facts("cdio"))
    assert bars
    assert set(bars.paths) == {"clean", "drift", "inconclusive", "outage"}
    assert bars.paths["outage"].startswith(f"M{29 * STEP} ")
    assert bars.paths["clean"].startswith(f"M{26 * STEP} ")
    assert bars.caption == "1 drift, 1 outage, 1 inconclusive, now outage"
    assert bars.text == (
        "Drift on 4 days, 2026-06-27 to 2026-06-30: "
        "1 drift, 1 outage, 1 inconclusive, 1 clean; drift on 2026-06-28"
    )


def test_without_days_there_is_no_picture():
    assert drift_bars([]) is None
    assert performance_line([]) is None
    assert performance_line(facts("cc", metric=None)) is None


def test_a_line_is_interrupted_where_the_metric_is_not_known():
    line = performance_line(facts("ccocc", dropped=(4,)))
    assert line
    assert [len(it.split()) for it in line.values] == [2, 2]
    assert [len(it.split()) for it in line.bands] == [4, 4]
    assert len(line.drops) == 1
    assert line.caption.endswith(", dropped on 1 day")
    assert "1 day beyond its bound of 0.8500" in line.text


def test_a_single_day_is_a_dot():
    line = performance_line(facts("c"))
    assert line
    assert len(line.dots) == 1


def test_days_without_anything_are_cut_short():
    days = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 6, 1)]
    scale = Scale(days, 100, 1_000)
    assert round(scale.x(days[1]) - scale.x(days[0])) == round(scale.step)
    assert round(scale.x(days[2]) - scale.x(days[1])) == round(LONGEST_GAP * scale.step)
    assert len(scale.cuts) == 1
    assert scale.x(days[1]) < scale.cuts[0] < scale.x(days[2])


def test_the_oldest_days_do_not_fit():
    days = [LAST - timedelta(days=ago) for ago in range(2 * LONGEST)]
    scale = Scale(days, 0, 1_000)
    assert days[0] in scale
    assert days[-1] not in scale
    assert scale.x(days[-1]) == 0
    assert scale.right <= 1_000 + scale.step


def test_names_of_days_do_not_overlap():
    scale = Scale([LAST - timedelta(days=ago) for ago in range(100)], 0, 1_000)
    places = [x for x, _ in scale.ticks]
    assert min(a - b for a, b in pairwise(places)) >= 80
    assert scale.ticks[0][1] == str(LAST)
