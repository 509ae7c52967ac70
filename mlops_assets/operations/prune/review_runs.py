"""Which of MLflow's runs the reviews of some versions are, and which they show."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from mlops_assets.registry.review.records import Review
from mlops_assets.registry.review.result import FILE

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run


def review_runs(
    client: MlflowClient, runs: Iterable[Run], model_ids: Collection[str | None]
) -> set[str]:
    """Ids of the decided reviews of these models, and of the runs whose files they link to."""
    needed = set()
    for run in runs:
        if "review" in run.data.tags and run.data.tags.get("model_id") in model_ids:
            needed |= {run.info.run_id, *_linked(client, run.info.run_id)}
    return needed


def _linked(client: MlflowClient, run_id: str) -> set[str]:
    from mlflow.artifacts import load_text

    if FILE not in [it.path for it in client.list_artifacts(run_id)]:
        return set()  # whoever decided was stopped before it was stored
    review = Review.model_validate_json(load_text(f"runs:/{run_id}/{FILE}"))
    return {link.run_id for point in review.points for link in point.links}
