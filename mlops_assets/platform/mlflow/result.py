"""What a materialization records besides its value: in MLflow, in Dagster, and for the loop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pydantic import BaseModel


TAKEN_FROM = "measured_in_run"
"""The tag and the link of a materialization that measured nothing anew."""


@dataclass(frozen=True)
class Markdown:
    """A text of the panel that Dagster renders as Markdown."""

    text: str


@dataclass(frozen=True)
class Picture:
    """A figure that is a PNG already."""

    png: bytes


class Result:
    """The result of an asset, as `Recording.record` records it; a subclass gives what it has."""

    def tags(self) -> Mapping[str, Any]:
        """Tags of the MLflow run."""
        return {}

    def params(self) -> Mapping[str, Any]:
        """Parameters of the MLflow run."""
        return {}

    def metrics(self) -> Mapping[str, float | None]:
        """Metrics of the MLflow run; None is left out."""
        return {}

    def documents(self) -> Mapping[str, Any]:
        """JSON artifacts: content by file name."""
        return {}

    def files(self) -> Mapping[str, str]:
        """Other text artifacts: content by file name."""
        return {}

    def pages(self) -> Mapping[str, str]:
        """HTML pages, which the panel links to: content by name, without `.html`."""
        return {}

    def panel(self) -> Mapping[str, Any]:
        """What Dagster shows, in this order: numbers, texts and `Markdown`. No code reads it."""
        return {}

    def figures(self) -> Iterable[tuple[str, Figure | Picture]]:
        """Figures by name, drawn one after the other."""
        return ()

    def facts(self) -> BaseModel | None:
        """The record for the loop and the commands to read; None if they need none."""
        return None
