"""The review as one page that people read and print, and as text for the panel."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from textwrap import shorten
from typing import TYPE_CHECKING

from mlops_assets.platform.markdown import table
from mlops_assets.platform.mlflow.run_files import artifact
from mlops_assets.platform.mlflow.run_links import mlflow_page
from mlops_assets.platform.templates import render
from mlops_assets.registry.review.records import Link, Point, Review

if TYPE_CHECKING:
    from mlflow import MlflowClient

PANEL_LENGTH = 950
"""Characters; Dagster hides Markdown of 1,000 characters or more behind a click."""
PICTURE = ".png"
ORDER = ("FAIL", "LOOK", "PASS")


def pictures(client: MlflowClient, review: Review) -> dict[str, bytes]:
    """The pictures of all points, by run and file."""
    links = (it for point in review.points for it in point.links if it.file.endswith(PICTURE))
    return {_place(it): artifact(client, it.run_id, it.file) for it in links}


def _place(link: Link) -> str:
    return f"{link.run_id}/{link.file}"


def review_page(review: Review, shown: Mapping[str, bytes], mlflow_ui: str) -> str:
    """The page `review.html`; `shown` are its pictures, which it contains."""
    return render(
        "mlops_assets.registry.review",
        "review.html.j2",
        frame="mlops_assets.evaluation",
        title=f"Review of {review.model} version {review.version}",
        about=f"Made {review.made:%Y-%m-%d %H:%M} UTC by {review.reviewer}.",
        review=review,
        sections=_sections(review),
        pictures={
            point.name: [
                (_words(it), _encoded(shown[_place(it)]))
                for it in point.links
                if _place(it) in shown
            ]
            for point in review.points
        },
        pages={
            point.name: [
                (it.file, mlflow_page(mlflow_ui, it.experiment_id, it.run_id, it.file))
                for it in point.links
                if _place(it) not in shown
            ]
            for point in review.points
        },
    )


def review_table(review: Review) -> str:
    """The points as Markdown, those that need somebody first; as many as Dagster shows in place."""
    points = sorted(review.points, key=lambda it: ORDER.index(it.outcome))
    cells = [(it.outcome, it.name, shorten(it.observed, 80, placeholder=" …")) for it in points]
    head = ["", "point", "found"]
    kept = len(cells)
    while kept > 1 and len(table(head, cells[:kept])) > PANEL_LENGTH:
        kept -= 1
    more = f"\n\n{len(cells) - kept} more in review.html." if kept < len(cells) else ""
    return table(head, cells[:kept]) + more


def _sections(review: Review) -> dict[str, list[Point]]:
    found: dict[str, list[Point]] = {}
    for point in review.points:
        found.setdefault(point.section, []).append(point)
    return found


def _words(link: Link) -> str:
    return link.file.removesuffix(PICTURE).replace("_", " ")


def _encoded(picture: bytes) -> str:
    return base64.b64encode(picture).decode()
