"""The model card as a page: all that the Markdown has, with groups, curves and every change."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from mlops_assets.evaluation.fairness.stored import PICTURES, group_metrics_in
from mlops_assets.evaluation.records import Evaluation
from mlops_assets.figures.style import with_unit
from mlops_assets.platform.git_commit import Commit
from mlops_assets.platform.mlflow.run_files import artifacts
from mlops_assets.platform.templates import render
from mlops_assets.registry.changes_since import ChangesSince
from mlops_assets.registry.version_runs import StoredRun
from mlops_assets.tasks.metrics.metric import written

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from mlops_assets.registry.ledger import Entry
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

CURVES = (
    *("roc_curve.png", "precision_recall.png", "calibration.png", "confusion_matrix.png"),
    *("residuals.png", "ranking.png", *PICTURES),
)
GROUP_METRICS = 5


def card_page(
    spec: LifecycleSpec,
    evaluation: Evaluation,
    run: StoredRun | None,
    *,
    client: MlflowClient,
    version: str,
    trained_through: date,
    commit: Commit,
    changes: ChangesSince,
    ledger: Sequence[Entry],
) -> str:
    """The page `model_card.html` of a version; `run` evaluated it and has its curves and groups."""
    groups = group_metrics_in(run.documents) if run else []
    return render(
        "mlops_assets.registry",
        "model_card.html.j2",
        frame="mlops_assets.evaluation",
        title=f"{spec.registered_name} version {version}",
        about=f"Model card. {spec.task.words(spec.target)[:1].upper()}"
        f"{spec.task.words(spec.target)[1:]}, owner {spec.owner}.",
        spec=spec,
        evaluation=evaluation,
        trained=evaluation.trained_model,
        trained_through=trained_through,
        commit=str(commit),
        metrics=[
            (with_unit(name, spec.target_units), *written(it.value, it.low, it.high))
            for name, it in evaluation.metrics.items()
        ],
        slices=[
            (it.slice, f"{it.rows:,}", *written(it.error, it.low, it.high))
            for it in evaluation.slices
            if it.is_worse
        ],
        groups=groups,
        group_metrics=list(dict.fromkeys(n for it in groups for n in it.metrics))[:GROUP_METRICS],
        written=written,
        curves=_curves(client, run),
        changes=changes,
        ledger=[it.line() for it in ledger],
        failed=evaluation.verdict.failures(),
    )


def _curves(client: MlflowClient, run: StoredRun | None) -> list[tuple[str, str]]:
    """The name and the PNG (base64) of each curve that the evaluation drew."""
    if run is None:
        return []
    found = artifacts(client, run.run_id, [name for name in CURVES if name in run.files])
    return [
        (name.removesuffix(".png").replace("_", " "), base64.b64encode(picture).decode())
        for name, picture in found.items()
    ]
