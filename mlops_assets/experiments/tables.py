"""An experiment as a table: one row per variant."""

from __future__ import annotations

from mlops_assets.experiments.facts import ExperimentFacts, VariantFacts

HEADINGS = (
    "variant",
    "version",
    "rows",
    "units",
    "labelled",
    "mean",
    "median ms",
    "p99 ms",
    "errors",
)


def rows(facts: ExperimentFacts) -> list[tuple[str, ...]]:
    """The variants, each with its metric, times and errors."""
    return [_row(it) for it in facts.variants]


def _row(side: VariantFacts) -> tuple[str, ...]:
    counts = (side.rows, side.units, side.labelled)
    return (
        side.variant,
        side.version or "-",
        *(f"{it:,}" for it in counts),
        _number(side.mean, ".4f"),
        _number(side.median_ms, ".2f"),
        _number(side.p99_ms, ".2f"),
        str(side.errors),
    )


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else f"{value:{form}}"
