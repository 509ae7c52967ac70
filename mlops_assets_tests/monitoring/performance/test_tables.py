"""Tables of a performance report: the monitored metric with its bound, and escaped cells."""

import pandas as pd

from mlops_assets.monitoring.performance.record import Performance, PerformanceReport
from mlops_assets.monitoring.performance.tables import metric_table, row_table
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
        "| accuracy | 0.900 | [0.880, 0.920] | 120 |  |",
        "| f1 | 0.900 | [0.880, 0.920] | 120 | 0.850 (ok) |",
    ]


def test_a_bar_in_a_value_does_not_end_its_cell():
    assert "a&#124;b" in row_table(pd.DataFrame({"ground_truth": ["a|b"]}))


def test_only_the_first_rows_are_shown_and_no_row_is_none():
    shown = row_table(pd.DataFrame({"row": range(50)})).splitlines()
    assert [line for line in shown if line.startswith("|")][2:] == [f"| {n} |" for n in range(5)]
    assert row_table(pd.DataFrame({"row": []})) == "none"


def test_features_of_a_row_are_left_to_the_file():
    names = ["row", "ground_truth", "predicted", "confidence", "age", "chol"]
    head, *_, rest = row_table(pd.DataFrame([range(6)], columns=names)).splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")] == names[:4]
    assert rest == "with all columns in errors.csv"


def test_every_error_has_the_same_decimals():
    head = ["row", "ground_truth", "predicted", "probability"]
    rows = pd.DataFrame([[1, 0, 1, 0.97], [2, 1, 0, 0.9584]], columns=head)
    assert "0.970 |" in row_table(rows)
    assert "0.958 |" in row_table(rows)
    assert "12,346 |" in row_table(pd.DataFrame([[1, 3.5, 12349.0, 12345.6]], columns=head))
