"""Compare performance that is estimated without labels with what the labels show.

Calibrated expected confusion (CBPE), the same with a calibration weighted by a domain classifier
(M-CBPE), and without any calibration, over shifts of simulated patients. Seeds are fixed.

Example:
  python -m benchmarks.cbpe --days 5
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.command import run as run_command
from benchmarks.report import Report, table
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Model
from mlops_assets.simulators.heart_disease import simulate
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.metrics.calibrated import Calibration, calibrated
from mlops_assets.tasks.metrics.labelled import labelled

TRAINING, HOLDOUT, DAY = 4_000, 1_500, 1_500
ESTIMATORS = {
    "logistic": ("sklearn.linear_model.LogisticRegression", {"max_iter": 1_000}),
    "forest": ("sklearn.ensemble.RandomForestClassifier", {"n_estimators": 100}),
    "boosting": ("sklearn.ensemble.HistGradientBoostingClassifier", {"early_stopping": False}),
}
COLUMNS = {
    "numeric": ["age", "trestbps", "chol", "thalach", "oldpeak"],
    "categorical": ["cp", "restecg", "slope", "thal"],
    "boolean": ["sex", "fbs", "exang"],
}
SHIFTS: Mapping[str, Mapping[str, float]] = {
    "none": {},
    "covariate, mild": {"chol": 0.8},
    "covariate, strong": {"thalach": -1.5, "oldpeak": 1.0, "cp": 0.3},
    "unseen column (ca)": {"ca": 0.5},
    "concept (15 % inverted)": {"target": 0.15},
}
FIRST = date(2026, 1, 1)
HEAVIEST = 20.0
"""Weights of M-CBPE are cut off here."""


class Compared(NamedTuple):
    """One day: ROC AUC by the labels, estimated by each way, and whether the interval covers it."""

    realised: float
    estimates: dict[str, float]
    covered: bool
    seconds: dict[str, float]


def spec_of(name: str) -> LifecycleSpec:
    """A model of the patients that does not see `ca`."""
    estimator, params = ESTIMATORS[name]
    given: dict[str, Any] = {
        "name": "benchmark",
        "source": {"type": "csv", "path": "none.csv"},
        "target": "target",
        "columns": COLUMNS,
        "model": {"type": "sklearn", "estimator": estimator, "params": params},
    }
    return LifecycleSpec.model_validate(given)


def fit(spec: LifecycleSpec, dataset: Dataset) -> Model:
    """A fitted model."""
    return spec.model.fit(dataset, spec.task, seed=0, allowed_prefixes=("sklearn.",))


@cache
def version(name: str) -> tuple[LifecycleSpec, Model, Dataset, pd.DataFrame]:
    """A fitted model, its holdout and the predictions for it."""
    spec, patients = spec_of(name), simulate(TRAINING + HOLDOUT, seed=1)
    dataset = spec.dataset(patients).with_target(patients["target"])
    places = np.arange(len(patients))
    train, held = dataset.take(places[:TRAINING]), dataset.take(places[TRAINING:])
    model = fit(spec, train)
    return spec, model, held, model.predict(held.features)


def compare_day(name: str, shift: Mapping[str, float], number: int) -> Compared:
    """One simulated day, estimated and judged."""
    spec, model, held, held_predictions = version(name)
    patients = simulate(DAY, seed=2, day=FIRST + timedelta(days=number), shift=shift)
    day = spec.dataset(patients).with_target(patients["target"])
    predictions = model.predict(day.features)
    o = labelled(held.known_target(), held_predictions)
    calibrations, seconds = {}, {}
    for way, made in {
        "uncalibrated": lambda: _unchanged(calibrated(o)),
        "CBPE": lambda: calibrated(o),
        "M-CBPE": lambda: calibrated(o, domain_weights(held, day)),
    }.items():
        began = time.perf_counter()
        calibrations[way] = made()
        seconds[way] = time.perf_counter() - began
    found = {
        way: spec.task.estimated_metrics(predictions, it)["roc_auc"]
        for way, it in calibrations.items()
    }
    realised = spec.task.metrics(day, predictions, resamples=1)["roc_auc"].value
    covered = found["CBPE"].low <= realised <= found["CBPE"].high
    return Compared(realised, {way: it.value for way, it in found.items()}, covered, seconds)


def _unchanged(calibration: Calibration) -> Calibration:
    classes = [
        it.model_copy(update={"coefficients": (1.0, 1.0, 0.0)}) for it in calibration.classes
    ]
    return calibration.model_copy(update={"classes": tuple(classes)})


def domain_weights(held: Dataset, day: Dataset) -> np.ndarray:
    """How much more frequent each held-out row (n,) is on the day, with a mean of 1.

    The odds of a boosted classifier of the two, each half predicted by a fit on the other.
    """
    spec = spec_of("boosting")
    rows = pd.concat([held.features, day.features], ignore_index=True)
    is_day = pd.Series(np.repeat([0, 1], [len(held), len(day)]), name="target")
    both = Dataset(rows, held.columns, is_day)
    half = np.random.default_rng(0).integers(0, 2, size=len(rows))
    odds = np.zeros(len(rows))
    for own in (0, 1):
        model = fit(spec, both.take(half != own))
        share = model.predict(rows[half == own])["probability_1"].to_numpy().clip(0.01, 0.99)
        odds[half == own] = share / (1 - share)
    weights = odds[: len(held)].clip(max=HEAVIEST)
    return weights / weights.mean()


def run(report: Report, days: int) -> None:
    """Every model and shift, some days of each."""
    ways = ("uncalibrated", "CBPE", "M-CBPE")
    rows = [("model, shift", "AUC", "noise", *ways, "covered")]
    spent: dict[str, list[float]] = {way: [] for way in ways}
    for name in ESTIMATORS:
        for shift, amounts in SHIFTS.items():
            seen = [compare_day(name, amounts, number) for number in range(days)]
            realised = np.array([it.realised for it in seen])
            noise = abs(realised - realised.mean()).mean() * (days / max(days - 1, 1)) ** 0.5
            errors = [
                abs(np.array([it.estimates[way] for it in seen]) - realised).mean() for way in ways
            ]
            cells = [realised.mean(), noise, *errors]
            covered = f"{sum(it.covered for it in seen)} of {days}"
            rows.append((f"{name}, {shift}", *(f"{it:.3f}" for it in cells), covered))
            for way in ways:
                spent[way] += [it.seconds[way] for it in seen]
    took = ", ".join(f"{way} {np.median(spent[way]):.2f} s" for way in ways[1:])
    report.section("Performance without labels", ABOUT, [*table(rows), "", f"to calibrate: {took}"])


ABOUT = (
    f"ROC AUC of {DAY:,} patients per day, predicted by models fitted on {TRAINING:,} others and\n"
    f"calibrated on a holdout of {HOLDOUT:,}. `AUC` is the mean that the labels show, `noise` the\n"
    "mean distance of a day from it; then the mean error of each estimate. `covered`: days whose\n"
    "AUC is within the 95 % interval of CBPE. M-CBPE weights the holdout by how much more\n"
    "frequent its rows are on the day. No model sees `ca`, no estimate a change of concept."
)

if __name__ == "__main__":
    run_command(
        {"cbpe": run},
        Report("Estimates without labels", "Fixed seeds: the same on every machine."),
        module="benchmarks.cbpe",
        about=str(__doc__),
        repeats="days",
        usual=20,
    )
