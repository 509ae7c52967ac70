"""The life of a model as one picture, with the days of its data from left to right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from mlops_assets.monitoring.day_facts import DayFacts
from mlops_assets.monitoring.performance.record import MonitoredMetric
from mlops_assets.overview.life import Life
from mlops_assets.overview.links import Links
from mlops_assets.overview.marks import (
    ALERT,
    ROOM,
    Kind,
    Mark,
    kind_of_change,
    kind_of_retrain,
    shown,
)
from mlops_assets.overview.records import own_verdict
from mlops_assets.overview.scale import Scale
from mlops_assets.overview.sparkline import NO_VERDICT, limits, stretches

WIDTH, LEFT, RIGHT = 1180, 118, 36
SERVES, DRIFT, QUALITY, GAP, MOST_MARKS = 26, 40, 120, 22, 4
HEIGHTS = {"drift": DRIFT, "outage": DRIFT, "clean": 9, "inconclusive": 9}


@dataclass(frozen=True)
class Lane:
    """A strip of the picture with its name."""

    name: str
    top: float
    height: float


@dataclass(frozen=True)
class Box:
    """A rectangle: a version that serves, or the drift of a day."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    text: str
    label: str = ""
    link: str = ""


@dataclass(frozen=True)
class Curve:
    """The monitored metric of neighbouring days: its values, interval and bound as points."""

    values: str
    band: str
    bound: str


@dataclass(frozen=True)
class Timeline:
    """All shapes of the picture; `text` describes it."""

    width: int
    height: float
    left: int
    lanes: list[Lane]
    boxes: list[Box]
    marks: list[Mark]
    curves: list[Curve]
    points: list[Box]
    axis: list[tuple[float, str]]
    ticks: list[tuple[float, str]]
    cuts: list[float]
    text: str


def timeline(life: Life, links: Links) -> Timeline | None:
    """The picture; None if nothing has happened yet."""
    scale = Scale(_days(life), LEFT, WIDTH - LEFT - RIGHT)
    if not scale.places:
        return None
    row, changes = life.row, shown(life.changes)
    metrics = _metrics(row.days, scale)
    stacked = [
        (
            it.day,
            kind_of_change(it),
            f"{it.day} {it.what} by {it.entry.actor}: {it.entry.reason}",
            "",
        )
        for it in changes
    ]
    retrained = [
        (
            it.day,
            kind_of_retrain(it),
            f"{it.day} retrain: {it.outcome} {it.why}",
            links.run(it.run_id),
        )
        for it in life.retrains
    ]
    alerts = _alerts(life)
    lanes = list(_lanes(stacked, retrained, alerts, row.days, metrics))
    tops = {lane.name: lane.top for lane in lanes}
    quality = lanes[-1] if metrics else None
    end = lanes[-1].top + lanes[-1].height
    return Timeline(
        width=WIDTH,
        height=end + 30,
        left=LEFT,
        lanes=lanes,
        boxes=[
            *_served(life, scale, tops["in production"], links),
            *(_drift(row.days, scale, tops["drift"], row.name, links) if "drift" in tops else ()),
        ],
        marks=[
            *_marks(stacked, scale, tops.get("changes", 0)),
            *_marks(retrained, scale, tops.get("retrains", 0)),
            *_marks(alerts, scale, tops.get("alerts", 0)),
        ],
        curves=list(_curves(metrics, scale, quality)) if quality else [],
        points=list(_points(row.days, metrics, scale, quality)) if quality else [],
        axis=_axis(metrics, quality) if quality else [],
        ticks=scale.ticks,
        cuts=scale.cuts,
        text=describe(life),
    )


def describe(life: Life) -> str:
    """The picture in a few sentences."""
    row, counts = life.row, Counter(filter(None, map(own_verdict, life.row.days)))
    served = ", ".join(f"version {it.version} since {it.since}" for it in life.served)
    days = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    dropped = [
        str(it.day) for it in row.days if it.performance and it.performance.status == "dropped"
    ]
    retrains = ", ".join(f"{it.day} {it.outcome}" for it in life.retrains)
    return " ".join(
        [
            f"In production: {served or 'no version yet'}.",
            f"Days of drift: {days or 'none'}.",
            f"Performance dropped: {', '.join(dropped) or 'on no day'}.",
            f"Retrains: {retrains or 'none'}.",
        ]
    )


Dated = tuple[date, Kind, str, str]


def _days(life: Life) -> set[date]:
    return {
        *(it.day for it in life.row.days),
        *(it.day for it in life.changes),
        *(it.day for it in life.retrains),
    }


def _lanes(
    changes: Sequence[Dated],
    retrains: Sequence[Dated],
    alerts: Sequence[Dated],
    days: Sequence[DayFacts],
    metrics: Sequence[tuple[date, MonitoredMetric]],
) -> Iterator[Lane]:
    heights = {
        "in production": SERVES,
        "changes": _stack(changes),
        "retrains": _stack(retrains),
        "alerts": _stack(alerts),
        "drift": DRIFT if days else 0,
        metrics[-1][1].name if metrics else "": QUALITY if metrics else 0,
    }
    top = 14.0
    for name, height in heights.items():
        if height:
            yield Lane(name, top, height)
            top += height + GAP


def _stack(dated: Iterable[Dated]) -> int:
    most = max(Counter(day for day, *_ in dated).values(), default=0)
    return ROOM * min(most, MOST_MARKS)


def _marks(dated: Sequence[Dated], scale: Scale, top: float) -> Iterator[Mark]:
    so_far: Counter[date] = Counter()
    for day, kind, text, link in dated:
        if day in scale and so_far[day] < MOST_MARKS:
            y = top + ROOM * so_far[day] + ROOM / 2
            yield Mark(scale.middle(day), y, kind.kind, kind.path, " ".join(text.split()), link)
            so_far[day] += 1


def _alerts(life: Life) -> list[Dated]:
    """The alert that is open now, on the day that its episode began. Earlier ones are in logs."""
    loop, open_ = life.row.loop, any(it.startswith("alert") for it in life.row.waiting)
    days = [it.day for it in life.row.days]
    if not (loop and open_ and days):
        return []
    day = loop.episode if loop.episode in days else days[-1]
    return [(day, ALERT, f"{loop.alert}: {loop.said}", "")] if day else []


def _served(life: Life, scale: Scale, top: float, links: Links) -> Iterator[Box]:
    for at, it in enumerate(life.served):
        if it.until and it.until not in scale:
            continue
        x, end = scale.x(it.since), scale.x(it.until) if it.until else scale.right
        if end > x:
            text = f"version {it.version} in production from {it.since} to {it.until or 'now'}"
            kind = "now" if it.until is None else f"before{at % 2}"
            link = links.registered(life.row.registered.model_name, it.version)
            label = f"version {it.version}" if end - x > 70 else it.version
            yield Box(x, top, round(end - x - 2, 1), SERVES, kind, text, label, link)


def _drift(
    days: Sequence[DayFacts], scale: Scale, top: float, name: str, links: Links
) -> Iterator[Box]:
    for it in days:
        verdict = own_verdict(it) or NO_VERDICT
        if it.day in scale and verdict in HEIGHTS:
            height, why = HEIGHTS[verdict], it.undecided_because
            why = why or (it.drift.worst_change if it.drift else "")
            asset = "live_data" if verdict == "outage" else "drift_report"
            yield Box(
                x=scale.x(it.day),
                y=top + DRIFT - height,
                width=round(max(scale.step - 2, 1), 1),
                height=height,
                kind=verdict,
                text=f"{it.day} {verdict}{f': {why}' if why else ''}",
                link=links.day(name, asset, it.day),
            )


def _metrics(days: Sequence[DayFacts], scale: Scale) -> list[tuple[date, MonitoredMetric]]:
    return [
        (it.day, it.performance.metric)
        for it in days
        if it.day in scale and it.performance and it.performance.metric
    ]


def _height(value: float, ends: tuple[float, float], lane: Lane) -> float:
    bottom, top = ends
    return round(lane.top + lane.height * (1 - (value - bottom) / (top - bottom)), 1)


def _curves(
    metrics: Sequence[tuple[date, MonitoredMetric]], scale: Scale, lane: Lane
) -> Iterator[Curve]:
    ends = limits([it for _, it in metrics])
    numbered = [(day.toordinal(), metric) for day, metric in metrics]

    def path(values: Iterable[tuple[int, float]]) -> str:
        return " ".join(
            f"{scale.middle(date.fromordinal(day))},{_height(value, ends, lane)}"
            for day, value in values
        )

    for run in stretches(numbered):
        high = [(day, it.high) for day, it in run]
        low = [(day, it.low) for day, it in reversed(run)]
        values, bounds = ([(d, it.value) for d, it in run], [(d, it.bound) for d, it in run])
        yield Curve(path(values), path([*high, *low]), path(bounds))


def _points(
    days: Sequence[DayFacts],
    metrics: Sequence[tuple[date, MonitoredMetric]],
    scale: Scale,
    lane: Lane,
) -> Iterator[Box]:
    ends = limits([it for _, it in metrics])
    status = {it.day: it.performance.status for it in days if it.performance}
    for day, it in metrics:
        text = f"{day} {it.text()}, bound {it.bound_text()}: {status[day]}"
        yield Box(scale.middle(day), _height(it.value, ends, lane), 0, 0, status[day], text)


def _axis(metrics: Sequence[tuple[date, MonitoredMetric]], lane: Lane) -> list[tuple[float, str]]:
    bottom, top = ends = limits([it for _, it in metrics])
    return [(_height(it, ends, lane), f"{it:.3g}") for it in (bottom, (bottom + top) / 2, top)]
