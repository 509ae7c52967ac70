"""Tables of a performance report: the monitored metric with its bound, and escaped cells."""

import pandas as pd

from mlops_assets.monitoring.performance.record import Performance, PerformanceReport
from mlops_assets.monitoring.performance.tables import markdown, metric_table
from mlops_assets.tasks.metrics.metric import Metric


def test_only_the_watched_metric_has_a_bound():
    metric = Metric(value=0.9, low=0.88, high=0.92, support=120)
    report = PerformanceReport(
        version="1",
        rows=120,
        labelled_rows=120,
        learnable_rows=120,
        performance=Performance(status="ok", summary="", metric="f1", bound=0.85),
        metrics={"accuracy": metric, "f1": metric},
        target_drift="clean",
        target_drift_summary="",
        seconds_per_1000_rows=0.1,
    )
    assert metric_table(report).splitlines()[2:] == [
        "| accuracy | 0.9000 | 0.8800 to 0.9200 | 120 |  |",
        "| f1 | 0.9000 | 0.8800 to 0.9200 | 120 | 0.8500 (ok) |",
    ]


def test_a_bar_in_a_value_does_not_end_its_cell():
    assert "a&#124;b" in markdown(pd.DataFrame({"slice": ["a|b"]}))


def test_only_the_first_rows_are_shown_and_no_row_is_none():
    assert markdown(pd.DataFrame({"row": range(50)})).count("\n") == 11
    assert markdown(pd.DataFrame({"row": []})) == "none"
