"""Fit and judge a candidate like a retrain does, in memory: nothing is stored or registered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from time import process_time
from typing import TYPE_CHECKING

from mlops_assets.claims import require
from mlops_assets.data.checks.training_checks import raw_claims, split_claims
from mlops_assets.data.sample import rows_to_fit
from mlops_assets.evaluation.champion import difference_on
from mlops_assets.evaluation.evaluate import days_of, gate_results, run_packs
from mlops_assets.evaluation.expected_day import ExpectedDay, expected_day
from mlops_assets.evaluation.gates import NoChampion
from mlops_assets.evaluation.packs.registry import packs_of
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Model, predictions_of
from mlops_assets.monitoring.version_reference import KeptReference, reference_of
from mlops_assets.platform.table_content import InMemory
from mlops_assets.tasks.feature_table import build_feature_table, dataset_of, side
from mlops_assets.tasks.metrics.metric import Metric

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings
    from mlops_assets.retraining.backtest.history import TrainingRows
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

METRICS = "metrics"
"""The pack that gives a task's metrics; what only other packs give costs more."""


@dataclass(frozen=True)
class Candidate:
    """A fitted model with the feature table it comes from; further parts are made when asked."""

    model: Model
    features: pd.DataFrame
    spec: LifecycleSpec
    version: str
    seen_through: date
    fit_seconds: float

    @cached_property
    def holdout(self) -> Dataset:
        """The rows that it was not fitted on."""
        return dataset_of(side(self.features, held_out=True), self.spec)

    @cached_property
    def predictions(self) -> pd.DataFrame:
        """Its predictions of them."""
        return predictions_of(self.model, self.holdout.features)

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """The metrics of the holdout that a gate or the monitoring asks for."""
        asked = {*self.spec.gates.bounds} - {*self.spec.task.metric_names}
        packs = [it for it in packs_of(self.spec) if asked or it.type == METRICS]
        found = run_packs(
            self.spec, self.model, self._training, self.holdout, self.predictions, packs
        )
        return {name: it for result in found.values() for name, it in result.metrics.items()}

    @cached_property
    def holdout_days(self) -> pd.Series | None:
        """The day of each row of the holdout, if rows have a time."""
        return days_of(side(self.features, held_out=True), self.spec)

    @cached_property
    def expected_day(self) -> ExpectedDay | None:
        """What the holdout lets expect of a day."""
        known = self.holdout, self.predictions, self.metrics, self.holdout_days
        return expected_day(self.spec, *known)

    @cached_property
    def kept(self) -> KeptReference:
        """The reference that days are compared with, and the calibration of estimates."""
        return reference_of(self.model, self.features, self.holdout, self.spec)

    def _training(self) -> Dataset:
        return dataset_of(side(self.features, held_out=False), self.spec)


def fit(rows: TrainingRows, spec: LifecycleSpec, settings: Settings) -> Candidate:
    """Check the rows, split them and fit. Raises `InputError` where a retrain would fail."""
    bounds = {"minimum_rows": spec.minimum_rows, "personal": spec.personal_data}
    require(raw_claims(rows.table, spec, **bounds))
    chosen = rows_to_fit(InMemory(rows.table), spec.sample_size, spec)
    features = build_feature_table(chosen, spec.dataset(chosen), spec)
    require(split_claims(features, spec))
    train, started = dataset_of(side(features, held_out=False), spec), process_time()
    prefixes = settings.allowed_prefixes
    model = spec.model.fit(train, spec.task, seed=spec.seed, allowed_prefixes=prefixes)
    seconds = process_time() - started
    return Candidate(model, features, spec, rows.version, rows.seen_through, seconds)


def failures(candidate: Candidate, champion: Candidate | None) -> str:
    """The gates that the candidate fails, in one line; empty if it may be promoted."""
    spec, holdout = candidate.spec, candidate.holdout
    compared = NoChampion()
    if champion is not None:
        production = predictions_of(champion.model, holdout.features)
        pair = candidate.predictions, production, "in production"
        compared = difference_on(
            spec, holdout, *pair, candidate.holdout_days, champion.seen_through
        )
    gates = gate_results(spec, candidate.features, candidate.metrics, compared)
    return "; ".join(f"{it.gate}: {it.reason}" for it in gates if not it.passed)
