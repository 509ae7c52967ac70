"""predictions: one day of live rows, scored by the production version."""

import dagster as dg

from mlops_assets.claims import require
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.scored_day import score_day
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

        Columns: the row's identity and context, `prediction`, and `probability_<label>` for each
        class. The metadata names the version that scored the rows. On a good day, the distribution
        of scores looks like the holdout's.
        """
        with recorded(context, mlflow, spec, "monitoring") as run:
            require(live_data.claims)
            serving = registry_of(mlflow.settings, spec).of(spec.registered_name).serving()
            result = score_day(live_data, serving, spec)
            run.record(result)
            return dg.MaterializeResult(value=result.record, metadata=run.metadata)

    return [predictions]
