"""Read the MLflow records of a retrain, to compare two retrains."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Seconds always differ; the other two are known only to a lifecycle that can reuse a model.
NOT_COMPARED = {"train_fit_seconds", "reused", "is_new", "promoted"}


@dataclass(frozen=True)
class Recorded:
    """Metrics by name over all runs of a store, names of plots, importances, versions."""

    metrics: dict[str, float]
    pictures: set[str]
    importances: Any
    versions: int
    logged_models: int


def recorded(store: Path) -> Recorded:
    """Read the MLflow store in the folder `store`, with its artifacts."""
    from mlflow import MlflowClient

    uri = f"sqlite:///{store / 'mlflow.db'}"
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    experiments = [e.experiment_id for e in client.search_experiments()]
    runs = client.search_runs(experiments, max_results=1000)
    (importances, *_) = sorted(store.rglob("importances.json"))
    return Recorded(
        metrics={name: value for run in runs for name, value in run.data.metrics.items()},
        pictures={path.name for path in store.rglob("*.png")},
        importances=json.loads(importances.read_text()),
        versions=len(client.search_model_versions()),
        logged_models=len(client.search_logged_models(experiments)),
    )


def require_equal(ours: Recorded, plain: Recorded) -> str:
    """What both recorded, as text; raises `AssertionError` if they did different work."""
    mine, other = _compared(ours), _compared(plain)
    if mine != other:
        differ = sorted({name for name, _ in mine.items() ^ other.items()})
        raise AssertionError(f"the two did not do the same work; these metrics differ: {differ}")
    if ours.pictures != plain.pictures:
        raise AssertionError(f"pictures differ: {sorted(ours.pictures ^ plain.pictures)}")
    if ours.importances != plain.importances:
        raise AssertionError("the importances differ")
    return (
        f"{len(mine)} metrics with the same values (roc_auc {mine['roc_auc']:.6f}), "
        f"{len(ours.pictures)} pictures, the same importances"
    )


def _compared(record: Recorded) -> dict[str, float]:
    return {name: value for name, value in record.metrics.items() if name not in NOT_COMPARED}
