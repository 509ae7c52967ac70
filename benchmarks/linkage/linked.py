"""Run a linkage in a process, and measure its cost and the quality of its clusters."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.checkout import ROOT
from benchmarks.linkage.people import CITIZENS, TRUTH
from benchmarks.process import Measured, measure
from mlops_assets.simulators.citizens import IdIs
from mlops_assets.tasks.metrics.deduplication import estimates
from mlops_assets.tasks.metrics.intervals import with_intervals
from mlops_assets.tasks.metrics.metric import Metric

SHOWN = ("f1_score", "precision", "recall")


@dataclass(frozen=True)
class Linked:
    """The cost of one process, and metrics over all pairs of people after clustering."""

    took: Measured
    metrics: dict[str, Metric]
    settings: Path

    @property
    def f1(self) -> float:
        """Over the pairs; 1 is perfect."""
        return self.metrics["f1_score"].value


def ours(people: Path, id_is: IdIs = "person") -> Linked:
    """Train and link them through the kind."""
    return _linked("ours", people, id_is)


def plain(people: Path, settings: Path) -> Linked:
    """The same with Splink alone, using the settings saved by ours."""
    return _linked("plain", people, str(settings))


def _linked(module: str, people: Path, argument: str) -> Linked:
    clusters = people / f"{module}.parquet"
    given = [str(people / CITIZENS), str(clusters), argument]
    took = measure(["-m", f"benchmarks.linkage.{module}", *given], ROOT)
    ground_truth, found = pd.read_parquet(people / TRUTH), pd.read_parquet(clusters)
    both = ground_truth.merge(found, on="citizen_id", how="left", validate="one_to_one")
    metrics = with_intervals(estimates(both["person"], both["cluster"]), seed=0)
    return Linked(took, metrics, clusters.with_suffix(".json"))


def shown(metrics: dict[str, Metric]) -> tuple[str, ...]:
    """F1, precision and recall, each `0.9843 [0.9830, 0.9856]`."""
    return tuple(f"{m.value:.4f} [{m.low:.4f}, {m.high:.4f}]" for m in map(metrics.get, SHOWN) if m)
