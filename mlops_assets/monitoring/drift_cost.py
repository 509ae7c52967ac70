"""What the drift of a day costs, as far as it is known without labels."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mlops_assets.monitoring.column_cost import cost_by_column
from mlops_assets.monitoring.drift.drift_verdict import DriftVerdict
from mlops_assets.monitoring.drift.table_profile import TableProfile
from mlops_assets.monitoring.performance.estimate import estimate_day
from mlops_assets.monitoring.performance.record import Performance
from mlops_assets.monitoring.version_reference import load_calibration
from mlops_assets.platform.mlflow.runs import PARENT_TAG
from mlops_assets.platform.mlflow.version_tags import plain

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

    from mlops_assets.monitoring.scored_day import Predictions
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

FILE, MOST_CHILDREN = "importances.json", 50
MOST_ROWS = 100_000
LEAST_CHANGE = 0.0005


@dataclass(frozen=True)
class DriftCost:
    """The performance that a day's predictions lead to expect, and what its columns matter.

    `importances` are by column, as the evaluation measured them on the holdout; empty if it did
    not. `brought` is the change of the expected metric by drifted column (see `cost_by_column`).
    """

    expected: Performance
    importances: Mapping[str, float]
    brought: Mapping[str, float] = field(default_factory=dict)

    def in_words(self, verdict: DriftVerdict) -> str:
        """What the day costs, then what each of the columns that drifted brings, and matters."""
        cost = self.expected.summary
        if self.expected.status == "unknown":
            cost = f"not known without labels: {cost}"
        moved = [f"{name} ({text})" for name in verdict.drifted if (text := self.of(name))]
        return f"{cost}; of what moved: {', '.join(moved)}" if moved else cost

    def of(self, column: str) -> str:
        """What a drifted column brings and matters: `brings -0.012, importance 34 %`."""
        change, share = self.brought.get(column), self.share(column)
        found = [] if change is None else [f"brings {_signed(change)}"]
        return ", ".join([*found, *([f"importance {share}"] if share else [])])

    def share(self, column: str) -> str:
        """A column's share of all importance, `34 %`; empty if it is not known."""
        total = sum(max(it, 0.0) for it in self.importances.values())
        if column not in self.importances or not total:
            return ""
        return f"{100 * max(self.importances[column], 0.0) / total:.0f} %"


def cost_of_day(
    predictions: Predictions,
    rows: pd.DataFrame,
    verdict: DriftVerdict,
    reference: TableProfile,
    spec: LifecycleSpec,
    client: MlflowClient,
) -> DriftCost:
    """The estimate for a day's predictions, and what its columns bring and matter.

    `rows` are some rows of the day, and `reference` is that of the version which scored them.
    """
    version = client.get_model_version(spec.registered_name, predictions.version)
    importances = _importances(client.tracking_uri, version.run_id or "")
    expected, brought = _expected(predictions, version, spec, client), {}
    if expected.metric and expected.status != "unknown":
        calibration = load_calibration(client, predictions.model_id)
        of = predictions.model_id, expected.metric, calibration, spec
        brought = cost_by_column(rows, verdict, reference, *of)
    return DriftCost(expected, importances, brought)


def _signed(change: float) -> str:
    """`-0.012`; a change that is too small to matter is `no change`."""
    return "no change" if abs(change) < LEAST_CHANGE else f"{change:+.3f}"


def _expected(
    predictions: Predictions, version: ModelVersion, spec: LifecycleSpec, client: MlflowClient
) -> Performance:
    if not spec.task.estimates_unlabelled:
        why = f"there is no estimate for the task {spec.task.name}"
        return Performance(status="unknown", summary=why)
    holdout = json.loads(plain(version.tags).get("holdout_metrics", "{}"))
    calibration = load_calibration(client, predictions.model_id)
    return estimate_day(_spaced(predictions), calibration, holdout, spec).performance


def _spaced(predictions: Predictions) -> pd.DataFrame:
    """At most about 100,000 evenly spaced predictions."""
    import pandas as pd

    step = ceil(max(predictions.rows, 1) / MOST_ROWS)
    return pd.concat([batch.iloc[::step] for batch in predictions.content.batches()])


@lru_cache(maxsize=8)
def _importances(tracking_uri: str, run_id: str) -> Mapping[str, float]:
    """The importances of the evaluation in the retrain that the run is part of."""
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    client = MlflowClient(tracking_uri)
    try:
        run = client.get_run(run_id)
    except MlflowException:  # deleted; what it measured is gone
        return {}
    parent = run.data.tags.get(PARENT_TAG, "")
    found = client.search_runs(
        [run.info.experiment_id], f"tags.`{PARENT_TAG}` = '{parent}'", max_results=MOST_CHILDREN
    )
    for child in found:
        if FILE in {it.path for it in client.list_artifacts(child.info.run_id)}:
            return _read(client, child.info.run_id)
    return {}


def _read(client: MlflowClient, run_id: str) -> Mapping[str, float]:
    with TemporaryDirectory() as folder:
        path = client.download_artifacts(run_id, FILE, folder)
        with open(path, encoding="utf-8") as file:
            return {it["feature"]: it["importance"] for it in json.load(file)}
