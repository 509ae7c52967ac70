"""Markdown tables of an evaluation: metrics, gates and the worst slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mlops_assets.evaluation.records import Slice
from mlops_assets.evaluation.verdict import GateResult, Verdict
from mlops_assets.figures.style import NO_UNITS, with_unit
from mlops_assets.platform.markdown import table
from mlops_assets.tasks.metrics.metric import Metric, written

SLICES = 5
NO_SLICE = "No slice has a significantly higher error than the rest."


def metric_table(metrics: Mapping[str, Metric], units: Mapping[str, str] = NO_UNITS) -> str:
    """Render metrics on the holdout with their 95 % intervals; counts have none.

    `units` are those of metrics that have one, by name.
    """
    cells = [
        (with_unit(name, units), *written(it.value, it.low, it.high))
        for name, it in metrics.items()
    ]
    return table(["metric", "holdout", "95 % interval"], cells)


def slice_table(slices: Sequence[Slice], units: Mapping[str, str] = NO_UNITS) -> str:
    """Render the slices with an error above that of all rows; `units` has that of `error`."""
    worse = [it for it in slices if it.is_worse][:SLICES]
    if not worse:
        return NO_SLICE
    rows = [(it.slice, it.rows, *written(it.error, it.low, it.high)) for it in worse]
    return table(["slice", "rows", with_unit("error", units), "95 % interval"], rows)


def gate_table(verdict: Verdict) -> str:
    """Render every gate with its bound, and its outcome.

    Two columns, and names in two parts: a page of Dagster 1,500 pixels wide has room for 57
    characters, and cuts off what cannot be wrapped.
    """
    rows = [(f"{it.gate.replace('/', ' / ')} {it.bound}", _outcome(it)) for it in verdict.gates]
    return table(["gate", "outcome"], rows)


def _outcome(gate: GateResult) -> str:
    return f"{'passed' if gate.passed else 'FAILED'}: {gate.reason}"
