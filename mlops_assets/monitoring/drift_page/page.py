"""Render the drift page: Evidently's, with our verdicts on all rows.

Evidently gets at most 5,000 rows of each side, on which its own tests could differ from our
verdicts near a threshold. So each column's test here returns what `drift_verdict` found on all
rows. Evidently takes seconds to import, so this is also a program:
`python -m mlops_assets.monitoring.drift_page.page folder`.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_assets.features.columns import Role
from mlops_assets.monitoring.drift.column_drift import ColumnDrift
from mlops_assets.monitoring.drift.day_report import DriftReport
from mlops_assets.monitoring.drift.drift_verdict import DriftVerdict
from mlops_assets.monitoring.drift_page.samples import shown_alike
from mlops_assets.monitoring.version_reference import OUTPUT
from mlops_assets.platform.evidently_page import evidently_page
from mlops_assets.platform.templates import render

if TYPE_CHECKING:
    import pandas as pd

REPORT, REFERENCE, DAY, PAGE = "report.json", "reference.parquet", "day.parquet", "drift.html"
PACKAGE = "mlops_assets.monitoring.drift_page"


def main(arguments: list[str]) -> None:
    """Read the report and both samples from a folder, and write `drift.html` there."""
    import pandas as pd

    folder = Path(arguments[0])
    report = DriftReport.model_validate_json((folder / REPORT).read_bytes())
    rows = [pd.read_parquet(folder / name, engine="pyarrow") for name in (REFERENCE, DAY)]
    (folder / PAGE).write_text(drift_page(report, *rows), encoding="utf-8")


def drift_page(report: DriftReport, reference: pd.DataFrame, day: pd.DataFrame) -> str:
    """The page as one HTML file, about 4 MB, that loads nothing from anywhere.

    `reference` and `day` are as `sample_rows` returns them. Nothing is sent anywhere: only
    Evidently's UI server reports usage.
    """
    snapshot = evidently_snapshot(report, reference, day)
    judged = snapshot is not None
    page = evidently_page(snapshot) if judged else render(PACKAGE, "nothing_judged.html.j2")
    head = render(PACKAGE, "head.html.j2", report=report)
    return page.replace("<body>", f"<body>\n{head}", 1)


def evidently_snapshot(report: DriftReport, reference: pd.DataFrame, day: pd.DataFrame) -> Any:
    """Evidently's result for all judged columns; None if there are none."""
    from evidently import DataDefinition, Dataset, Report

    parts = [("", report.data, "Features"), (OUTPUT, report.predictions, "Predictions")]
    roles: dict[str, Role] = {
        f"{before}{c.column}": c.role for before, part, _ in parts for c in _judged(part)
    }
    presets = [_preset(part, before, title) for before, part, title in parts if _judged(part)]
    if not presets or not len(day) or not len(reference):
        return None
    shown, numeric = shown_alike(reference, day, roles)
    definition = DataDefinition(
        numerical_columns=numeric,
        categorical_columns=[name for name in roles if name not in numeric],
    )
    reference_data, current_data = (
        Dataset.from_pandas(rows, data_definition=definition) for rows in shown
    )
    return Report(presets).run(current_data=current_data, reference_data=reference_data)


def _judged(verdict: DriftVerdict) -> list[ColumnDrift]:
    return [column for column in verdict.columns if column.statistics]


def _preset(verdict: DriftVerdict, before: str, title: str) -> Any:
    """Evidently's drift preset for one verdict: as with ours, one drifted column means drift."""
    from evidently.legacy.renderers.html_widgets import header_text
    from evidently.presets import DataDriftPreset

    class Titled(DataDriftPreset):
        def render(self, context: Any, child_widgets: Any = None) -> Any:
            return [header_text(label=title), *super().render(context, child_widgets)]

    judged = {f"{before}{column.column}": column for column in _judged(verdict)}
    return Titled(
        columns=list(judged),
        # The minimum share of drifted columns: reached by one column.
        drift_share=float(f"{0.9 / len(judged):.2g}"),
        per_column_method={
            name: _registered(name, column, column.column in verdict.drifted)
            for name, column in judged.items()
        },
        per_column_threshold={n: c.statistics[0].threshold for n, c in judged.items()},
    )


def _registered(name: str, column: ColumnDrift, drifted: bool) -> str:
    """Register a test with our result for the column; returns its name in Evidently."""
    from evidently.legacy.calculations.stattests import StatTest, register_stattest
    from evidently.legacy.core import ColumnType

    scored = column.statistics[0]
    test = StatTest(
        name=f"mlops_assets {name}",
        display_name=f"{scored.name}, threshold {scored.threshold:.3g}: {column.what}",
        allowed_feature_types=[ColumnType.Numerical, ColumnType.Categorical],
        default_threshold=scored.threshold,
    )
    register_stattest(test, lambda *_: (scored.value, drifted))
    return test.name


if __name__ == "__main__":
    # As in data.profile.report: collecting and tearing down Evidently takes as long as drawing.
    gc.disable()
    main(sys.argv[1:])
    os._exit(0)
