"""Compare two or more versions or runs: what differs between them, and what does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_assets.tasks.metrics.metric import written

if TYPE_CHECKING:
    from mlops_assets.registry.overview import VersionFacts

MISSING = "-"
SECTIONS = {"about": "About", "metrics": "Metrics", "gates": "Gates", "data": "Data"}
SECTIONS |= {"params": "Parameters", "groups": "Groups"}
NUMBERS = {SECTIONS["metrics"]: "metrics", SECTIONS["groups"]: "groups"}
"""The sections of metrics, and the part of a side that has them."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a version or a run.

    `metrics` as in `VersionFacts`, and `groups` like them, named `gender female: recall`; the other
    four map names to text. `curves` has points by the name of a figure: a list of {"label", "x",
    "y"}; it is empty if the evaluation did not store them. `pictures` are PNGs by name.
    """

    label: str
    about: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    gates: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    curves: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    @classmethod
    def of_version(cls, facts: VersionFacts, pictures: Mapping[str, bytes]) -> Side:
        """Build the side of a version, with the plots of its evaluation."""
        about = ("stage", "created", "verdict", "reason", "forced", "model_id", "run_id")
        data = ("dataset_version", "trained_through", "code_version", "in_production_since")
        return cls(
            label=f"version {facts.version}",
            about={name: getattr(facts, name) for name in about},
            data={name: getattr(facts, name) for name in data},
            params=facts.params,
            metrics=facts.metrics,
            gates=gates_by_name(facts.gates),
            pictures=pictures,
        )

    def texts(self, section: str) -> dict[str, str]:
        """The values of a section as text, by name; empty values are left out."""
        if section in NUMBERS.values():
            return {name: metric_text(metric) for name, metric in getattr(self, section).items()}
        given = getattr(self, section).items()
        return {name: " ".join(text.split()) for name, text in given if text}


@dataclass(frozen=True)
class Row:
    """A name with one value per side, in the order of the sides."""

    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the values of the sides differ."""
        return len(set(self.values)) > 1


@dataclass(frozen=True)
class Section:
    """The rows of one section, in the order of the sides."""

    title: str
    rows: tuple[Row, ...]

    @property
    def different(self) -> list[Row]:
        """The rows with differing values."""
        return [row for row in self.rows if row.differs]

    @property
    def same(self) -> list[Row]:
        """The rows with equal values."""
        return [row for row in self.rows if not row.differs]


def sections(sides: Sequence[Side]) -> list[Section]:
    """Every section with at least one row; with two sides, numbers get a column `change`."""
    found = [Section(title, tuple(_rows(sides, name))) for name, title in SECTIONS.items()]
    return [section for section in found if section.rows]


def headings(sides: Sequence[Side], section: Section) -> list[str]:
    """The column titles of a section: its own, the sides', and the change if there is one."""
    change = ["change"] if section.title in NUMBERS and len(sides) == 2 else []
    return [section.title, *(side.label for side in sides), *change]


def cells(sides: Sequence[Side], section: Section, row: Row) -> list[str]:
    """The cells of a row, in the order of `headings`."""
    if len(headings(sides, section)) == len(sides) + 1:
        return [row.name, *row.values]
    part = NUMBERS[section.title]
    before, after = (getattr(side, part).get(row.name) for side in sides)
    if before is None or after is None:
        return [row.name, *row.values, MISSING]
    change = after["value"] - before["value"]
    return [row.name, *row.values, f"{change:+,.0f}" if _are_counts(row) else f"{change:+z.4f}"]


def _are_counts(row: Row) -> bool:
    return all(value.replace(",", "").isdigit() for value in row.values)


def metric_text(metric: Mapping[str, float]) -> str:
    """Format a metric as `0.9086 [0.8902, 0.9243]`: the value and its 95 % interval, if any."""
    value = metric["value"]
    return " ".join(written(value, metric.get("low", value), metric.get("high", value))).rstrip()


def headline_text(facts: VersionFacts | None) -> str:
    """`roc_auc 0.9086 [0.8902, 0.9243]`: the metric that `beats_production` compares, or `-`."""
    if facts is None or facts.headline not in facts.metrics:
        return "-"
    return f"{facts.headline} {metric_text(facts.metrics[facts.headline])}"


def gates_by_name(lines: Sequence[str]) -> dict[str, str]:
    """Lines of `str(GateResult)`, such as `PASS roc_auc 0.912 >= 0.85`, by gate name."""
    parts = (line.split(" ", 2) for line in lines)
    return {name: " ".join([word, *rest]) for word, name, *rest in parts}


def _rows(sides: Sequence[Side], section: str) -> Iterator[Row]:
    texts = [side.texts(section) for side in sides]
    for name in dict.fromkeys(name for its in texts for name in its):
        yield Row(name, tuple(its.get(name, MISSING) for its in texts))
