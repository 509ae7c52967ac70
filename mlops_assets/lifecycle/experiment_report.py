"""experiment_report: the experiment of the prediction API at the end of one day."""

from datetime import date

import dagster as dg

from mlops_assets.experiments.result import ExperimentResult
from mlops_assets.experiments.status import status
from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def build(spec: LifecycleSpec) -> list:
    """The asset `experiment_report`."""

    @lifecycle_asset(spec, kinds={"mlflow"}, daily=True)
    def experiment_report(context: dg.AssetExecutionContext, mlflow: MlflowResource):
        """Challenger against champion, on the requests that the API answered until this day.

        The difference is drawn with a 95 % confidence sequence, which holds at every look: good is
        a version that wins, which the recommendation says, and a planned length that is not
        exceeded. Materialize it again when more labels arrive. Without `serving: {experiment: …}`
        in defs.yaml there is nothing to report.
        """
        with recorded(context, mlflow, spec, "monitoring") as run:
            until = date.fromisoformat(context.partition_key)
            record = status(spec, mlflow.settings, until)
            run.record(ExperimentResult(record))
            return dg.MaterializeResult(value=record, metadata=run.metadata)

    return [experiment_report]
