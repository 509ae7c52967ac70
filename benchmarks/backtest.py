"""Backtest 300 days of three real streams, and a year of 500 simulated rows a day.

  streams    what each policy brings and costs on the public streams of ../shared/data, hourly rows
  hindsight  what as few retrains could bring that know more than any loop can
  overhead   a year of nightly retrains beside a plain loop over the same fits, in CPU time

A stream that is not there is named and left out. The first half of each stream is for tuning, so
the days played are in the second half. `every=N` is a timer with as many retrains as the loop.

Example:
  python -m benchmarks.backtest --only streams
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, NamedTuple

import pandas as pd

from benchmarks.command import Part
from benchmarks.command import run as run_command
from benchmarks.hindsight import hindsight
from benchmarks.report import Report, met, progress, table
from mlops_assets.platform.settings import Settings
from mlops_assets.retraining.backtest.history import History
from mlops_assets.retraining.backtest.page import table as results_table
from mlops_assets.retraining.backtest.policies import DEFAULTS, parse_policy
from mlops_assets.retraining.backtest.records import PlayedDay
from mlops_assets.retraining.backtest.results import Backtest, compare
from mlops_assets.retraining.backtest.run import play, play_all, read, tasks_of
from mlops_assets.simulators.heart_disease import simulate
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.retrain import Policy
from mlops_assets.tasks.feature_table import build_feature_table, dataset_of, sides

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
DAYS, WORKERS, YEAR, ROWS = 300, 2, 365, 500
PLACED = 20
"""Retrains placed with hindsight."""
BOOSTING = "sklearn.ensemble.HistGradientBoosting"


class Stream(NamedTuple):
    """A public stream: its file, how its table is made, its model, and the first day played."""

    file: str
    made: Callable[[pd.DataFrame], pd.DataFrame]
    first: date
    metric: str
    spec: dict[str, Any]


def _boosting(kind: str) -> dict[str, Any]:
    return {"type": "sklearn", "estimator": f"{BOOSTING}{kind}", "params": {"max_iter": 60}}


def _air(raw: pd.DataFrame) -> pd.DataFrame:
    known = raw[raw["pm2.5"].notna()]
    high = (known["pm2.5"] > 75).map({True: "yes", False: "no"})
    return known.assign(high=high, at=pd.to_datetime(known[["year", "month", "day", "hour"]]))


def _bikes(raw: pd.DataFrame) -> pd.DataFrame:
    days = pd.to_datetime(raw["dteday"], format="%m/%d/%Y")
    return raw.assign(at=days + pd.to_timedelta(raw["hr"], unit="h"))


def _traffic(raw: pd.DataFrame) -> pd.DataFrame:
    at = pd.to_datetime(raw["date_time"], format="%Y/%m/%d %H:%M")
    dated = raw.assign(at=at, hour=at.dt.hour, weekday=at.dt.dayofweek)
    return dated.drop_duplicates("at").sort_values("at")


STREAMS = {
    "air": Stream(
        "beijing_pm25.csv.gz",
        _air,
        date(2013, 7, 1),
        "accuracy",
        {
            "target": "high",
            "columns": {
                "numeric": ["DEWP", "TEMP", "PRES", "Iws", "Is", "Ir", "hour"],
                "categorical": ["cbwd"],
            },
            "model": _boosting("Classifier"),
            "gates": {"beats_production": {"metric": "accuracy", "tolerance": 0.01}},
            "window": "365d",
        },
    ),
    "bikes": Stream(
        "bike_sharing_hourly.csv.gz",
        _bikes,
        date(2012, 1, 1),
        "mae",
        {
            "task": "regression",
            "target": "cnt",
            "columns": {
                "numeric": ["hr", "temp", "atemp", "hum", "windspeed", "weekday", "weathersit"],
                "boolean": ["workingday", "holiday"],
            },
            "model": _boosting("Regressor"),
            "gates": {"beats_production": {"metric": "mae", "tolerance": 1.0}},
            "performance": {"drop": 15},
            "window": "180d",
        },
    ),
    "traffic": Stream(
        "metro_traffic.csv.gz",
        _traffic,
        date(2017, 6, 1),
        "mae",
        {
            "task": "regression",
            "target": "traffic_volume",
            "columns": {
                "numeric": ["temp", "rain_1h", "clouds_all", "hour", "weekday"],
                "categorical": ["weather_main"],
            },
            "model": _boosting("Regressor"),
            "gates": {"beats_production": {"metric": "mae", "tolerance": 10.0}},
            "performance": {"drop": 100},
            "window": "365d",
        },
    ),
}


def streams(report: Report, repeats: int) -> None:
    """Every policy on every stream that is there."""
    for name, stream, folder in _there():
        report.section(*_played(name, stream, folder))


def _there() -> Iterator[tuple[str, Stream, Path]]:
    for name, stream in STREAMS.items():
        if not (DATA / stream.file).exists():
            progress(f"{name}: {stream.file} is not in ../shared/data")
            continue
        with TemporaryDirectory() as folder:
            yield name, stream, Path(folder)


def knowing_more(report: Report, repeats: int) -> None:
    """The same days with as many retrains as a timer makes, placed with hindsight."""
    for name, stream, folder in _there():
        made = stream.made(pd.read_csv(DATA / stream.file))
        days = [stream.first + timedelta(days=at) for at in range(DAYS)]
        lines = hindsight(_history(name, made, stream.spec, folder), days, PLACED)
        about = f"{PLACED} retrains in {DAYS} days, without gates, placed by what no loop can know."
        report.section(f"Hindsight: {name}", about, lines)


def _played(name: str, stream: Stream, folder: Path) -> tuple[str, str, list[str]]:
    made = stream.made(pd.read_csv(DATA / stream.file))
    history = _history(name, made, stream.spec, folder)
    first, last = stream.first, stream.first + timedelta(days=DAYS - 1)

    def play_named(names: Sequence[str]) -> dict[str, list[PlayedDay]]:
        policies = [parse_policy(it, history.spec.retrain) for it in names]
        days = first, last
        tasks = tasks_of(history, policies, stream.metric, days, folder / "played")
        return play_all(tasks, WORKERS, _Told(name))

    played = play_named(DEFAULTS)
    retrains = sum(len(it.retrains) for it in played["loop"])
    played |= play_named([timer := f"every={max(1, round(DAYS / max(1, retrains)))}"])
    lower = stream.metric in history.spec.task.lower_is_better
    found = compare(name, stream.metric, played, lower_is_better=lower)
    about = (
        f"{DAYS} days of `{stream.file}` from {first}, 24 rows a day at most, a window of\n"
        f"{stream.spec['window']}. A difference above 0 is better."
    )
    figures = table(list(map(tuple, results_table(found))))
    return f"Backtest: {name}", about, [*figures, "", *_goals(found, timer), *_together(played)]


class _Told:
    """Says once of each policy of a stream that all its days are played."""

    def __init__(self, stream: str) -> None:
        self.stream, self.told = stream, set[str]()

    def __call__(self, days: Mapping[str, int]) -> None:
        over = {policy for policy, count in days.items() if count == DAYS} - self.told
        for policy in over:
            progress(f"{self.stream}: {policy} is played")
        self.told |= over


def _goals(found: Backtest, timer: str) -> list[str]:
    """The goals of the loop, a line each."""
    loop, nightly = found.of("loop"), found.of("nightly")
    if loop is None or nightly is None:
        return []
    rejected, alerts = loop.outcomes.get("rejected", 0), 7 * sum(loop.alerts.values()) / DAYS
    within = nightly.quality.low <= loop.quality.value <= nightly.quality.high
    over, paired = loop.against[timer], loop.against["nightly"].text(sign=True)
    return [
        f"the loop's {found.metric} within the day-to-day interval of nightly's: {met(within)}; "
        f"over nightly, day by day: {paired}",
        f"retrains <= a tenth of nightly's: {loop.retrains} of {nightly.retrains}, "
        f"{met(10 * loop.retrains <= nightly.retrains)}",
        f"above a timer with as many, {timer}: {over.text(sign=True)}, {met(over.low > 0)}",
        f"rejected <= promoted: {rejected} and {loop.promoted}, {met(rejected <= loop.promoted)}",
        f"alerts a week <= 1: {alerts:.2f}, {met(alerts <= 1)}",
    ]


def _together(played: Mapping[str, Sequence[PlayedDay]]) -> list[str]:
    """What the sensor does next to a nightly retrain."""
    days = played["nightly+loop"]
    asked = sum(it.trigger == "loop" for day in days for it in day.retrains)
    cooling = sum(day.state.status == "cooling_down" for day in days)
    return [
        f"nightly+loop: in cool-down on {cooling} of {len(days)} days, and with a cool-down after",
        f"each promotion on {_after_promotions(days)}; {asked} retrains by the loop",
    ]


def _after_promotions(days: Sequence[PlayedDay]) -> int:
    """Days on which a version was promoted within the cool-down before."""
    promoted = [at for at, day in enumerate(days) if day.promoted]
    rest = Policy().cooldown
    return sum(any(0 <= at - it < rest for it in promoted) for at in range(len(days)))


def overhead(report: Report, repeats: int) -> None:
    """A year of nightly retrains, ours and a plain loop over the same fits."""
    from threadpoolctl import threadpool_limits

    rows = []
    with TemporaryDirectory() as folder:
        history = _simulated(Path(folder))
        first = date(2026, 1, 1) + timedelta(days=30)
        days = first, first + timedelta(days=YEAR - 1)
        tried = [parse_policy("nightly+loop", history.spec.retrain)]
        for number in range(repeats):
            said = f"round {number + 1} of {repeats}"
            progress(f"{said}: {YEAR} days of ours")
            (task,) = tasks_of(history, tried, "roc_auc", days, Path(folder) / str(number))
            began = process_time()
            play(task, history)
            ours = process_time() - began
            progress(f"{said}: ours took {ours:.0f} CPU s; the plain loop")
            with threadpool_limits(1):  # as ours, or idle threads would count as its time
                theirs = _plain_loop(history, task.days)
            progress(f"{said}: the plain loop took {theirs:.0f} CPU s")
            fits = sum(it.fit_seconds for it in read(task.file))
            rows.append((f"{ours:.0f}", f"{theirs:.0f}", f"{ours / theirs:.2f}", f"{fits:.0f}"))
    about = (
        f"{YEAR} days of {ROWS} simulated patients, retrained every night on the newest 30 days,\n"
        "with the loop next to it: checks, drift, performance, gates and decisions. The plain\n"
        "loop fits the same models on the same rows, scores each day and takes its ROC AUC."
    )
    head = ("ours, CPU s", "plain loop, CPU s", "ratio", "fits of ours")
    report.section("Backtest of a year", about, [*table([head, *rows])])


def _plain_loop(history: History, days: list[date]) -> float:
    from sklearn.metrics import roc_auc_score

    spec, began, model = history.spec, process_time(), None
    for day in [days[0] - timedelta(days=1), *days]:
        if model is not None:
            found = history.day(day)
            scores = model.predict(spec.typed(found.rows))["probability_1"]
            roc_auc_score(found.labels, scores)
        rows = history.training(day).table
        features = build_feature_table(rows, spec.dataset(rows), spec)
        train = dataset_of(sides(features)[0], spec)
        model = spec.model.fit(train, spec.task, seed=spec.seed, allowed_prefixes=("sklearn.",))
    return process_time() - began


def _simulated(folder: Path) -> History:
    parts = [
        simulate(ROWS, seed=number, day=day).assign(at=pd.Timestamp(day))
        for number in range(YEAR + 30)
        for day in [date(2026, 1, 1) + timedelta(days=number)]
    ]
    spec = {
        "target": "target",
        "columns": {
            "numeric": ["age", "trestbps", "chol", "thalach", "oldpeak", "ca"],
            "categorical": ["cp", "restecg", "slope", "thal"],
            "boolean": ["sex", "fbs", "exang"],
        },
        "model": {"type": "sklearn", "estimator": "sklearn.linear_model.LogisticRegression"},
        "gates": {"beats_production": {"metric": "roc_auc", "tolerance": 0.01}},
        "window": "30d",
    }
    return _history("year", pd.concat(parts, ignore_index=True), spec, folder)


def _history(name: str, made: pd.DataFrame, spec: dict[str, Any], folder: Path) -> History:
    path = folder / f"{name}.parquet"
    made.to_parquet(path)
    given = {"name": name, "timestamp": "at", "source": {"type": "parquet", "path": str(path)}}
    settings = Settings.from_environment({"MLOPS_ASSETS_HOME": str(folder / "home")})
    return History(LifecycleSpec.model_validate({**given, **spec}), settings)


PARTS: dict[str, Part] = {"streams": streams, "hindsight": knowing_more, "overhead": overhead}

if __name__ == "__main__":
    run_command(
        PARTS,
        Report("Backtest", "Policies on real streams; seeds are fixed."),
        module="benchmarks.backtest",
        about=str(__doc__),
        repeats="rounds",
        usual=2,
        least=1,
    )
