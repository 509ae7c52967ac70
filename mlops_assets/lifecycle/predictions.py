"""predictions: a day scored by the version that serves."""

import time

import dagster as dg

from mlops_assets.claims import require
from mlops_assets.features.columns import typed_features
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.monitoring.day_checks import claims_of
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def build(spec: LifecycleSpec) -> list:
    """The asset `predictions`."""

    @lifecycle_asset(
        spec,
        reads=["live_data"],
        after=["production_version"],
        kinds={"mlflow", spec.model.type},
        daily=True,
    )
    def predictions(context: dg.AssetExecutionContext, mlflow: MlflowResource, live_data):
        """The day's rows scored by the version that serves now, one row for each.

        `prediction`, and `probability_<label>` for each class, beside the columns that name a
        row. Which version scored them is recorded with them.
        """
        from mlops_assets.evaluation import figures

        with recorded(context, mlflow, spec, "monitoring") as run:
            require(claims_of(live_data))
            version = registry_of(mlflow.settings, spec).of(spec.registered_name).serving()
            model_id = model_id_of(version)
            model = spec.model.load(f"models:/{model_id}")
            began = time.perf_counter()
            features = typed_features(live_data, spec.columns, masked=spec.masked)
            scored = spec.model.predict(model, features)
            seconds = time.perf_counter() - began
            table = live_data[spec.identity].join(scored)
            facts = {"version": str(version.version), "model_id": model_id}
            pace = {"seconds_per_1000_rows": 1000 * seconds / len(table)}
            of_rows = {"dataset_version": live_data.attrs["dataset_version"]}
            table.attrs = {**facts, **of_rows, **pace}
            run.tags(**of_rows, **facts)
            run.params(facts)
            counts = spec.model.prediction_summary(scored)
            run.metrics({"rows": len(table), **pace, **counts})
            run.document("columns.json", list(table.columns))
            run.show(version=facts["version"], rows=len(table), loaded_from=f"models:/{model_id}")
            run.show(**counts)
            run.figure("scores", figures.score_histogram(scored, None, spec.task, spec.positive))
            return dg.MaterializeResult(value=table, metadata=run.metadata)

    return [predictions]
