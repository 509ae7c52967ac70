"""predictions: one day of live rows, scored by the production version."""

import time

import dagster as dg

from mlops_assets.claims import require
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.scored_day import Predictions
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
    def predictions(context: dg.AssetExecutionContext, mlflow: MlflowResource, live_data: LiveDay):
        """Predictions of the current production version for the day's rows, one row each.

        Columns: the row's identity, `prediction`, and `probability_<label>` for each class. The
        metadata names the version that scored the rows. On a good day, the distribution of scores
        looks like the holdout's.
        """
        from mlops_assets.evaluation import figures

        with recorded(context, mlflow, spec, "monitoring") as run:
            require(live_data.claims)
            version = registry_of(mlflow.settings, spec).of(spec.registered_name).serving()
            model_id = model_id_of(version)
            model = spec.model.load(f"models:/{model_id}")
            began = time.perf_counter()
            features = spec.typed(live_data.table)
            scored = spec.model.predict(model, features)
            seconds = time.perf_counter() - began
            table = live_data.table[spec.identity].join(scored)
            scored_by = {"version": str(version.version), "model_id": model_id}
            latency = {"seconds_per_1000_rows": 1000 * seconds / len(table)}
            dataset = {"dataset_version": live_data.dataset_version}
            record = Predictions(
                table=table,
                dataset_version=live_data.dataset_version,
                version=str(version.version),
                model_id=model_id,
                seconds_per_1000_rows=1000 * seconds / len(table),
            )
            run.tags(**dataset, **scored_by)
            run.params(scored_by)
            summary = spec.model.prediction_summary(scored)
            run.metrics({"rows": len(table), **latency, **summary})
            run.document("columns.json", list(table.columns))
            run.show(version=version.version, rows=len(table), loaded_from=f"models:/{model_id}")
            run.show(**summary)
            run.figure("scores", figures.score_histogram(scored, None, spec.task, spec.positive))
            return dg.MaterializeResult(value=record, metadata=run.metadata)

    return [predictions]
