"""A row's pictures: a month of drift as bars, one of performance as a line with its interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlops_assets.monitoring.day_facts import DayFacts
from mlops_assets.monitoring.performance.record import MonitoredMetric
from mlops_assets.overview.records import DAYS, own_verdict

WIDTH, HEIGHT, STEP = 150, 30, 5
LOW, TALL = 7, 26
NO_VERDICT = "no verdict"


@dataclass(frozen=True)
class Bars:
    """Paths by verdict, and the same in words."""

    paths: dict[str, str]
    caption: str
    text: str


@dataclass(frozen=True)
class Line:
    """The points of the values, of their interval, of the bound and of the days that dropped."""

    values: list[str]
    bands: list[str]
    bounds: list[str]
    dots: list[tuple[str, str]]
    drops: list[tuple[str, str]]
    caption: str
    text: str


def drift_bars(days: Sequence[DayFacts]) -> Bars | None:
    """A bar per day; None if there is no day. Each verdict has a shape of its own."""
    verdicts = [own_verdict(it) or NO_VERDICT for it in days]
    if not set(verdicts) - {NO_VERDICT}:
        return None
    paths: dict[str, str] = {}
    for at, verdict in enumerate(verdicts, start=DAYS - len(days)):
        paths[verdict] = paths.get(verdict, "") + SHAPES[verdict](at * STEP)
    drifted = [
        str(it.day) for it, verdict in zip(days, verdicts, strict=True) if verdict == "drift"
    ]
    counts = {it: verdicts.count(it) for it in ("drift", "outage", "inconclusive", "clean")}
    words = ", ".join(f"{count} {it}" for it, count in counts.items() if count)
    named = f"; drift on {', '.join(drifted)}" if drifted else ""
    others = ", ".join(f"{counts[it]} {it}" for it in counts if counts[it] and it != "clean")
    caption = f"{others}, now {verdicts[-1]}" if others else f"clean on {_days(counts['clean'])}"
    return Bars(paths, caption, f"Drift on {_span(days)}: {words}{named}")


def performance_line(days: Sequence[DayFacts]) -> Line | None:
    """The monitored metric day by day; None if it is known on no day."""
    known = [
        (at, metric, it.performance.status)
        for at, it in enumerate(days, start=DAYS - len(days))
        if it.performance and (metric := it.performance.metric)
    ]
    if not known:
        return None
    metrics = [metric for _, metric, _ in known]
    bottom, top = limits(metrics)
    newest = metrics[-1]

    def point(at: int, value: float) -> tuple[str, str]:
        return f"{at * STEP + 2:g}", f"{HEIGHT - 3 - (value - bottom) / (top - bottom) * 24:.1f}"

    def path(values: Sequence[tuple[int, float]]) -> str:
        return " ".join(",".join(point(at, value)) for at, value in values)

    runs = list(stretches([it[:2] for it in known]))
    dropped = [(at, metric.value) for at, metric, status in known if status == "dropped"]
    text = (
        f"{newest.name} on {_span(days)}: newest {newest.value:.4f}, "
        f"{min(it.value for it in metrics):.4f} to {max(it.value for it in metrics):.4f}; "
        f"{_days(len(dropped))} beyond its bound of {newest.bound:.4f}"
    )
    return Line(
        values=[path([(at, it.value) for at, it in run]) for run in runs],
        bands=[
            path([(at, it.high) for at, it in run] + [(at, it.low) for at, it in reversed(run)])
            for run in runs
        ],
        bounds=[path([(at, it.bound) for at, it in run]) for run in runs],
        dots=[point(run[-1][0], run[-1][1].value) for run in runs if len(run) == 1],
        drops=[point(at, value) for at, value in dropped],
        caption=f"{newest.name} {newest.value:.3f}"
        + (f", dropped on {_days(len(dropped))}" if dropped else ""),
        text=text,
    )


def limits(metrics: Sequence[MonitoredMetric]) -> tuple[float, float]:
    """The least and the greatest value on a picture of these metrics."""
    bottom = min(min(it.low, it.value, it.bound) for it in metrics)
    top = max(max(it.high, it.value, it.bound) for it in metrics)
    return (bottom, top) if bottom < top else (bottom - 0.5, top + 0.5)


def stretches(
    known: Sequence[tuple[int, MonitoredMetric]],
) -> Iterator[list[tuple[int, MonitoredMetric]]]:
    """Neighbouring days of one metric; a line is not drawn across a day without it."""
    run: list[tuple[int, MonitoredMetric]] = []
    for at, metric in known:
        if run and (at != run[-1][0] + 1 or metric.name != run[-1][1].name):
            yield run
            run = []
        run.append((at, metric))
    if run:
        yield run


def _bar(height: int):
    return lambda x: f"M{x} {HEIGHT - height}h4v{height}h-4z"


def _cross(x: int) -> str:
    return f"M{x} {HEIGHT - 9}l4 8m0 -8l-4 8"


SHAPES = {
    "clean": _bar(LOW),
    "drift": _bar(TALL),
    "inconclusive": lambda x: f"M{x + 0.5} {HEIGHT - LOW + 0.5}h3v{LOW - 1}h-3z",
    "outage": _cross,
    NO_VERDICT: _bar(1),
}


def _span(days: Sequence[DayFacts]) -> str:
    first, last = days[0].day, days[-1].day
    return str(first) if first == last else f"{len(days)} days, {first} to {last}"


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
