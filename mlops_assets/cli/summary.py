"""The outcome of a retrain, as aligned lines for the terminal."""

from mlops_assets.evaluation.records import Evaluation
from mlops_assets.platform.lake import read_newest
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.records import ProductionVersion, RegisteredVersion
from mlops_assets.spec.stage_names import PRODUCTION
from mlops_assets.tasks.metrics.metric import written


def summary(model: str, settings: Settings) -> str:
    """Rows, metrics with intervals, gates with their bounds, version, stage, and links."""
    evaluation: Evaluation = read_newest([model, "evaluation"], Evaluation)
    version: RegisteredVersion = read_newest([model, "registered_version"], RegisteredVersion)
    serving: ProductionVersion = read_newest([model, "production_version"], ProductionVersion)
    stage = PRODUCTION if version.version == serving.version else version.stage
    newness = "new" if version.is_new else "nothing changed: not registered again"
    waits = f" (version {serving.waiting} waits: {serving.why})" if serving.waiting else ""
    group = f"/locations/mlops_assets/asset-groups/{model}/lineage"
    return "\n".join(
        [
            f"rows        {evaluation.training_rows} training, {evaluation.holdout_rows} holdout",
            *_metrics(evaluation),
            "gates",
            *(f"  {line}" for line in evaluation.verdict.summary().splitlines()),
            f"version     {version.name} {version.version}, {stage} ({newness})",
            f"serving     version {serving.version or 'none'}{waits}",
            f"Dagster     {settings.dagster_ui}{group}",
            f"MLflow      {settings.mlflow_ui}/#/models/{version.name}",
        ]
    )


def _metrics(evaluation: Evaluation) -> list[str]:
    width = max(map(len, evaluation.metrics), default=0)
    lines = []
    for name, metric in evaluation.metrics.items():
        value, interval = written(metric.value, metric.low, metric.high)
        lines.append(f"  {name:<{width}} {value:>9}   {interval}".rstrip())
    return ["metrics with 95 % intervals", *lines]
