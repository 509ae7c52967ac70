"""The MLflow runs that tell of a version: its training, evaluation, profile and registration."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_assets.platform.mlflow.run_files import artifacts
from mlops_assets.platform.mlflow.runs import DAGSTER_TAG

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

    from mlops_assets.registry.overview import VersionFacts


@dataclass(frozen=True)
class StoredRun:
    """A run with its numbers, the names of its files, and the content of some JSON files."""

    name: str
    run_id: str
    experiment_id: str
    dagster_run_id: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    documents: Mapping[str, Any] = field(default_factory=dict)


def evaluation_of(client: MlflowClient, facts: VersionFacts) -> Run | None:
    """The newest run that evaluated the version's model."""
    return newest_run(client, facts, "evaluation", model_id=facts.model_id)


def newest_run(client: MlflowClient, facts: VersionFacts, name: str, **tags: str) -> Run | None:
    """The newest run called `name` in the version's experiment with these tags, all not empty."""
    experiment = _experiment(client, facts) if all(tags.values()) else ""
    if not experiment:
        return None
    texts = [f"tags.`{key}` = '{value}'" for key, value in tags.items()]
    query = " and ".join([f"attributes.run_name = '{name}'", *texts])
    order = ["attributes.start_time DESC"]
    found = client.search_runs([experiment], query, max_results=1, order_by=order)
    return found[0] if found else None


def stored(client: MlflowClient, run: Run, documents: Iterable[str] = ()) -> StoredRun:
    """The run, with those of the JSON `documents` that it has."""
    files = tuple(it.path for it in client.list_artifacts(run.info.run_id) if not it.is_dir)
    wanted = [name for name in documents if name in files]
    texts = artifacts(client, run.info.run_id, wanted) if wanted else {}
    return StoredRun(
        name=run.info.run_name or "",
        run_id=run.info.run_id,
        experiment_id=run.info.experiment_id,
        dagster_run_id=run.data.tags.get(DAGSTER_TAG, ""),
        metrics=run.data.metrics,
        params=run.data.params,
        files=files,
        documents={name: json.loads(text) for name, text in texts.items()},
    )


def _experiment(client: MlflowClient, facts: VersionFacts) -> str:
    from mlflow.exceptions import MlflowException

    if not facts.run_id:
        return ""
    try:
        return client.get_run(facts.run_id).info.experiment_id
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":  # permanently deleted
            return ""
        raise
