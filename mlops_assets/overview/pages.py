"""The pages of the overview, from records to HTML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from mlops_assets.overview.life import Life
from mlops_assets.overview.links import Links
from mlops_assets.overview.marks import LEGEND
from mlops_assets.overview.records import ModelRow, own_verdict
from mlops_assets.overview.sparkline import drift_bars, performance_line
from mlops_assets.overview.table import drift_text
from mlops_assets.overview.timeline import timeline
from mlops_assets.platform.templates import render
from mlops_assets.registry.compare.report import headline_text

PACKAGE = "mlops_assets.overview"


def overview_page(rows: Sequence[ModelRow], links: Links) -> str:
    """The page of all models."""
    return render(
        PACKAGE,
        "overview.html.j2",
        title="Models",
        counts=counts(rows),
        lines=[
            (it, headline_text(it.serving), drift_bars(it.newest), performance_line(it.newest))
            for it in rows
        ],
        links=links,
        made=_now(),
    )


def model_page(life: Life, links: Links) -> str:
    """The page of one model."""
    return render(
        PACKAGE,
        "model.html.j2",
        title=life.row.registered.model_name,
        life=life,
        row=life.row,
        headline=headline_text(life.row.serving),
        drift=drift_text(life.row),
        picture=timeline(life, links),
        legend=LEGEND,
        days=[(it, own_verdict(it) or "") for it in reversed(life.row.newest)],
        links=links,
        made=_now(),
    )


def error_page(text: str, links: Links) -> str:
    """What was wrong, instead of a page."""
    return render(PACKAGE, "error.html.j2", title="Models", text=text, links=links, made=_now())


def counts(rows: Sequence[ModelRow]) -> list[tuple[str, int, str]]:
    """The figures at the top: a name, a number, and whether it asks for attention."""
    return [
        ("models", len(rows), ""),
        ("in production", sum(it.serving is not None for it in rows), ""),
        ("wait for a person", sum(bool(it.waiting) for it in rows), "attention"),
        ("drift now", sum(it.drifting for it in rows), "bad"),
        ("performance dropped", sum(it.dropped for it in rows), "bad"),
        ("last retrain failed", sum(bool(it.retrain and it.retrain.failed) for it in rows), "bad"),
    ]


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
