"""Prepare a production version and five reported days for every model of a checkout."""

from __future__ import annotations

from datetime import date, timedelta

import dagster as dg

from benchmarks.loop.child import answer
from mlops_assets.definitions import defs
from mlops_assets.loading import specs
from mlops_assets.monitoring.drift.day_report import DriftFacts
from mlops_assets.monitoring.live_day import LiveFacts
from mlops_assets.monitoring.performance.record import PerformanceFacts
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.dagster.records import as_metadata
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.stage_names import PRODUCTION

TRAINED, DAYS = date(2026, 1, 5), 5


def main() -> None:
    """Fill the registry and the event log, without training."""
    settings = Settings.from_environment()
    client, models = open_store(settings), specs(defs())
    with open_instance(settings) as instance:
        for name, spec in models.items():
            _serve(RegisteredModel(client, spec.registered_name))
            for after in range(1, DAYS + 1):
                _report(instance, name, str(TRAINED + timedelta(days=after)))
    answer(models=len(models))


def _serve(registry: RegisteredModel) -> None:
    registry.client.create_registered_model(registry.name)
    tags = {"trained_through": str(TRAINED), "in_production_since": str(TRAINED)}
    version = registry.client.create_model_version(
        registry.name, source="mlflow-artifacts:/nothing", tags=tags
    )
    registry.client.set_registered_model_alias(registry.name, PRODUCTION, version.version)


def _report(instance: dg.DagsterInstance, model: str, day: str) -> None:
    judged = {"version": "1", "summary": "clean"}
    records = {
        "live_data": LiveFacts(dataset_version=day, rows=2500, outage=None),
        "drift_report": DriftFacts(verdict="clean", **judged),
        "performance_report": PerformanceFacts(status="ok", learnable_rows=2500, **judged),
    }
    for asset, record in records.items():
        key = dg.AssetKey([model, asset])
        made = dg.AssetMaterialization(key, partition=day, metadata=as_metadata(record))
        instance.report_runless_asset_event(made)


if __name__ == "__main__":
    main()
