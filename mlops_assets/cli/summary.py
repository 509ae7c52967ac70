"""The outcome of a retrain: aligned lines for the terminal, or facts for JSON."""

from dataclasses import dataclass
from typing import Any

from mlops_assets.evaluation.records import Evaluation
from mlops_assets.platform.lake import read_newest
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.records import ProductionVersion, RegisteredVersion
from mlops_assets.spec.stage_names import PRODUCTION, StageNames
from mlops_assets.tasks.metrics.metric import written


@dataclass(frozen=True)
class Outcome:
    """What the newest retrain of a model recorded."""

    evaluation: Evaluation
    version: RegisteredVersion
    serving: ProductionVersion

    @property
    def stage(self) -> str:
        """The stage of the version, which may have been promoted since it was registered."""
        return PRODUCTION if self.version.version == self.serving.version else self.version.stage

    def facts(self) -> dict[str, Any]:
        """The same as the summary, for JSON."""
        return {
            "rows": {
                "training": self.evaluation.training_rows,
                "holdout": self.evaluation.holdout_rows,
            },
            "metrics": self.evaluation.metrics,
            "gates": self.evaluation.verdict.gates,
            "registered_name": self.version.name,
            "version": self.version.version,
            "stage": self.stage,
            "passed": self.version.passed,
            "is_new": self.version.is_new,
            "production_version": self.serving.version,
            "waiting_version": self.serving.waiting,
            "why": self.serving.why,
        }


def outcome(model: str) -> Outcome:
    """The outcome of the newest retrain of a model."""
    return Outcome(
        read_newest([model, "evaluation"], Evaluation),
        read_newest([model, "registered_version"], RegisteredVersion),
        read_newest([model, "production_version"], ProductionVersion),
    )


def summary(model: str, settings: Settings, names: StageNames) -> str:
    """Rows, metrics with intervals, gates with their bounds, version, stage, and links.

    `names` are what the model calls its stages.
    """
    done = outcome(model)
    evaluation, version, serving = done.evaluation, done.version, done.serving
    stage = names.shown(done.stage)
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
