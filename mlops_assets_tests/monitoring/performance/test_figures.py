"""The picture of quality over days."""

import io
from datetime import date, timedelta

import numpy as np
import pytest
from PIL import Image

from mlops_assets.figures.style import png, smaller
from mlops_assets.monitoring.performance.figures import DayQuality, history, over_days
from mlops_assets.monitoring.performance.record import MonitoredMetric, PerformanceFacts

FIRST = date(2026, 1, 5)


def quality(value: float, *, bound: float = 0.85, version: str = "1") -> DayQuality:
    low, high = value - 0.03, value + 0.02
    return DayQuality(value, low, high, bound, dropped=high < bound, version=version)


def days(*values: float) -> dict[date, DayQuality]:
    return {FIRST + timedelta(days=place): quality(value) for place, value in enumerate(values)}


def legend(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_days_that_dropped_are_told_from_the_others():
    figure = over_days(days(0.92, 0.91, 0.80, 0.79), "roc_auc")
    assert sorted(legend(figure)) == ["bound", "roc_auc", "roc_auc, dropped"]
    (quiet, dropped) = figure.axes[0].containers
    assert quiet[0].get_ydata().tolist() == [0.92, 0.91]
    assert dropped[0].get_ydata().tolist() == [0.80, 0.79]


def test_each_version_is_named_on_its_first_day():
    seen = days(0.92, 0.91, 0.93)
    last = max(seen)
    figure = over_days({**seen, last: quality(0.93, bound=0.9, version="2")}, "roc_auc")
    assert [text.get_text() for text in figure.axes[0].texts] == ["version 1", "version 2"]


@pytest.mark.parametrize("count", [1, 2, 30])
def test_few_and_many_days_draw(count):
    assert len(png(over_days(days(*[0.9] * count), "roc_auc"))) < 40_000


def test_the_history_has_the_days_that_watched_the_same_metric():
    metric = MonitoredMetric(name="f1", value=0.5, low=0.4, high=0.6, bound=0.7)
    facts = PerformanceFacts(
        version="3", status="dropped", summary="", learnable_rows=0, metric=metric
    )
    other = metric.model_copy(update={"name": "accuracy"})
    seen = {
        FIRST: facts,
        FIRST + timedelta(days=1): facts.model_copy(update={"metric": other}),
        FIRST + timedelta(days=2): facts.model_copy(update={"status": "unknown", "metric": None}),
    }
    assert history(seen, "f1") == {FIRST: DayQuality(0.5, 0.4, 0.6, 0.7, True, "3")}


def test_a_small_copy_keeps_the_whole_grid():
    figure = over_days(days(*[0.9] * 5), "roc_auc")
    small = np.asarray(Image.open(io.BytesIO(smaller(png(figure)))).convert("L")).astype(int)
    axes = figure.axes[0]
    inside = axes.get_position()
    low, high = axes.get_ylim()
    lines = [it for it in axes.get_yticks() if low < it < high]
    height, width = small.shape
    between = small[:, int(width * (inside.x1 - 0.02))]  # no point and no vertical line is there
    seen = [
        between[row - 1 : row + 2].min()
        for it in lines
        for row in [round(height * (1 - inside.y0 - inside.height * (it - low) / (high - low)))]
    ]
    assert len(lines) >= 3
    assert max(seen) < 250  # the background is 255
